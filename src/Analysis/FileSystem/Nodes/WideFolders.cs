using System.Collections.Concurrent;
using ImageInsight.Analysis.FileSystem.Merge;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>
/// Finds a child by its name. In a folder with many a table is made at the first look: whoever looks for one name after
/// the other may not pay for all the siblings each time.
/// </summary>
internal sealed class WideFolders(FileTree tree)
{
    /// <summary>So many are looked at one by one.</summary>
    private const int Few = 24;

    /// <summary>By folder: its children by hash, open-addressed, numbers one higher.</summary>
    private readonly ConcurrentDictionary<int, int[]> tables = new();

    public int Find(int parent, ReadOnlySpan<byte> name)
    {
        var left = Few;
        var child = tree.Nodes[parent].FirstChild;
        for (; child >= 0 && left > 0; child = tree.Nodes[child].NextSibling, left--)
            if (tree.NameOf(child).SequenceEqual(name))
                return child;
        if (child < 0)
            return -1;
        var table = tables.GetOrAdd(parent, TableOf);
        var hash = NodeIndex.Hash(parent, name);
        for (var i = hash; ; i++)
        {
            var node = table[i & (table.Length - 1)] - 1;
            if (node < 0)
                return -1;
            if (tree.Nodes[node].Hash == hash && tree.NameOf(node).SequenceEqual(name))
                return node;
        }
    }

    private int[] TableOf(int parent)
    {
        var count = 0;
        for (var c = tree.Nodes[parent].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling)
            count++;
        var table = new int[TableSize.For(count)];
        for (var c = tree.Nodes[parent].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling)
        {
            var i = tree.Nodes[c].Hash;
            while (table[i & (table.Length - 1)] != 0)
                i++;
            table[i & (table.Length - 1)] = c + 1;
        }

        return table;
    }
}
