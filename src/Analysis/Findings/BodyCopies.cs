using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>All bodies that entries at a node ever carried, dead ones included.</summary>
internal sealed class BodyCopies
{
    private readonly FileTree tree;
    private readonly int[] first;
    private readonly int[] next;

    public BodyCopies(FileTree tree)
    {
        this.tree = tree;
        first = new int[tree.Nodes.Length];
        next = new int[tree.Inodes.Length];
        Array.Fill(first, -1);
        for (var i = next.Length - 1; i >= 0; i--)
        {
            var node = tree.Inodes[i].Node;
            if (node < 0)
                continue;
            next[i] = first[node];
            first[node] = i;
        }
    }

    /// <summary>The layer that first had a file there, or -1: a later chown carries it again, but did not bring it.</summary>
    public int Origin(int node) => first[node] < 0 ? -1 : tree.Inodes[first[node]].Layer;

    /// <summary>From the lowest layer up.</summary>
    public IEnumerable<int> At(int node)
    {
        for (var i = first[node]; i >= 0; i = next[i])
            yield return i;
    }
}
