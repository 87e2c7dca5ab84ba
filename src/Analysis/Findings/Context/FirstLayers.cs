using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>Which layer first had a file at a node or below it.</summary>
internal static class FirstLayers
{
    /// <returns>By node; -1 where none had. Of what lies below a node, the file that was named first tells.</returns>
    public static int[] Below(FileTree tree, WorkBudget work)
    {
        work.Spend(tree.Nodes.Length + tree.Inodes.Length);
        var own = new int[tree.Nodes.Length];
        Array.Fill(own, -1);
        // Inodes ascend by layer.
        foreach (ref readonly var inode in tree.Inodes)
            if (inode.Node >= 0 && own[inode.Node] < 0)
                own[inode.Node] = inode.Layer;
        var below = new int[own.Length];
        Array.Fill(below, -1);
        // From the last child to the first, so that the first one has the last word.
        for (var i = own.Length - 1; i > FileTree.Root; i--)
        {
            if (own[i] < 0)
                own[i] = below[i];
            if (own[i] >= 0 && tree.Nodes[i].Visible)
                below[tree.Nodes[i].Parent] = own[i];
        }

        return own;
    }
}
