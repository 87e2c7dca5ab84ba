using System.IO.Hashing;
using ImageInsight.Analysis.FileSystem.Merge;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>Finds a child by its parent and name without a dictionary a directory: one open-addressed table for all.</summary>
internal sealed class NodeIndex(int expected)
{
    private int[] slots = new int[TableSize.For(expected)];
    private int count;

    public static int Hash(int parent, ReadOnlySpan<byte> name) =>
        (int)(XxHash3.HashToUInt64(name, parent) & 0x7fffffff);

    /// <summary>Nodes whose hash is this, one after the other; -1 ends them. <paramref name="probe"/> starts at 0.</summary>
    public int Next(int hash, ref int probe)
    {
        var node = slots[(hash + probe) & (slots.Length - 1)] - 1;
        probe++;
        return node;
    }

    public void Add(int node, int hash, ReadOnlySpan<Node> nodes)
    {
        if ((count + 1) * 2 > slots.Length)
        {
            var old = slots;
            slots = new int[old.Length * 2];
            foreach (var s in old)
                if (s != 0)
                    Put(s - 1, nodes[s - 1].Hash);
        }

        Put(node, hash);
        count++;
    }

    private void Put(int node, int hash)
    {
        var i = hash;
        while (slots[i & (slots.Length - 1)] != 0)
            i++;
        slots[i & (slots.Length - 1)] = node + 1;
    }
}
