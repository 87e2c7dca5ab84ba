using System.IO.Hashing;
using ImageInsight.Analysis.FileSystem.Merge;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>
/// Finds a child by its parent and name without a dictionary a directory: one open-addressed table for all.
/// </summary>
internal sealed class NodeIndex(NodeTable table, int expected)
{
    private int[] slots = new int[TableSize.For(expected)];
    private int count;

    /// <summary>Another one in each process: nobody can choose names that all share a slot.</summary>
    private static readonly long Seed = Random.Shared.NextInt64();

    public static int Hash(int parent, ReadOnlySpan<byte> name) =>
        (int)(XxHash3.HashToUInt64(name, Seed + parent) & 0x7fffffff);

    /// <summary>The node of that name directly below another one, visible or not; or -1.</summary>
    public int Find(int parent, ReadOnlySpan<byte> name)
    {
        var hash = Hash(parent, name);
        var nodes = table.Nodes;
        for (var i = hash; ; i++)
        {
            var node = slots[i & (slots.Length - 1)] - 1;
            if (node < 0)
                return -1;
            if (nodes[node].Hash == hash && nodes[node].Parent == parent && table.NameOf(node).SequenceEqual(name))
                return node;
        }
    }

    public void Add(int node)
    {
        if ((count + 1) * 2 > slots.Length)
        {
            var old = slots;
            slots = new int[old.Length * 2];
            foreach (var s in old)
                if (s != 0)
                    Put(s - 1);
        }

        Put(node);
        count++;
    }

    private void Put(int node)
    {
        var i = table.Nodes[node].Hash;
        while (slots[i & (slots.Length - 1)] != 0)
            i++;
        slots[i & (slots.Length - 1)] = node + 1;
    }
}
