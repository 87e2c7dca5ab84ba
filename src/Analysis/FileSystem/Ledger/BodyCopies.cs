namespace ImageInsight.Analysis.FileSystem.Ledger;

/// <summary>All bodies that entries at a node ever carried, wasted ones included.</summary>
internal sealed class BodyCopies
{
    private readonly FileTree tree;

    /// <summary>Node and inode, ascending, but for bodies that their node itself names: nearly all.</summary>
    private readonly long[] others;

    public BodyCopies(FileTree tree)
    {
        this.tree = tree;
        var found = new List<long>();
        for (var i = 0; i < tree.Inodes.Length; i++)
            if (tree.Inodes[i].Node is var node and >= 0 && tree.Nodes[node].Inode != i)
                found.Add(((long)node << 32) | (uint)i);
        others = [.. found];
        Array.Sort(others);
    }

    /// <summary>
    /// The layer that first had a file there, or -1: a later chown carries it again, but did not bring it.
    /// </summary>
    public int Origin(int node)
    {
        foreach (var inode in At(node))
            return tree.Inodes[inode].Layer;
        return -1;
    }

    /// <summary>True when an entry of that layer carried a body there.</summary>
    public bool Has(int node, int layer)
    {
        if (tree.Nodes[node].Inode is var own and >= 0 && tree.Inodes[own] is var at && at.Node == node
            && at.Layer == layer)
            return true;
        // Inodes ascend by layer: the first one of the node that is not of a lower layer tells.
        var (low, high) = (0, others.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var (place, inode) = ((int)(others[middle] >> 32), (int)others[middle]);
            if (place < node || (place == node && tree.Inodes[inode].Layer < layer))
                low = middle + 1;
            else
                high = middle;
        }

        return low < others.Length && others[low] >> 32 == node && tree.Inodes[(int)others[low]].Layer == layer;
    }

    /// <summary>From the lowest layer up.</summary>
    public IEnumerable<int> At(int node)
    {
        var own = tree.Nodes[node].Inode;
        // A second name of a hard link did not carry it.
        if (own >= 0 && tree.Inodes[own].Node != node)
            own = -1;
        var at = Array.BinarySearch(others, (long)node << 32);
        for (at = at < 0 ? ~at : at; at < others.Length && others[at] >> 32 == node; at++)
        {
            var other = (int)others[at];
            if (own >= 0 && own < other)
            {
                yield return own;
                own = -1;
            }

            yield return other;
        }

        if (own >= 0)
            yield return own;
    }
}
