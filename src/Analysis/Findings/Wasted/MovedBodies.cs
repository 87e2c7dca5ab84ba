using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Wasted inodes whose content was stored again elsewhere by the layer that deleted them.</summary>
internal static class MovedBodies
{
    public static HashSet<int> Find(FindingContext image)
    {
        var tree = image.Tree;
        image.Work.Spend(3L * tree.Inodes.Length);
        var wanted = new HashSet<(int Layer, UInt128 Hash, long Size)>();
        foreach (ref readonly var inode in tree.Inodes)
            if (IsTakenAway(image, inode))
                wanted.Add(Key(tree, inode, inode.HiddenBy));
        var moved = new HashSet<int>();
        if (wanted.Count == 0)
            return moved;
        var stored = new HashSet<(int Layer, UInt128 Hash, long Size)>();
        foreach (ref readonly var inode in tree.Inodes)
            if (Key(tree, inode, inode.Layer) is var key && wanted.Contains(key))
                stored.Add(key);
        for (var i = 0; stored.Count > 0 && i < tree.Inodes.Length; i++)
            if (IsTakenAway(image, tree.Inodes[i])
                && stored.Contains(Key(tree, tree.Inodes[i], tree.Inodes[i].HiddenBy)))
                moved.Add(i);
        return moved;
    }

    private static bool IsTakenAway(FindingContext image, Inode inode) =>
        inode.HiddenBy > inode.Layer && inode.Node >= 0 && image.Tree.SizeOf(inode) > 0
        && LedgerBook.ClassOf(image.Tree, inode) == LedgerClass.Deleted && !IsWrittenAnew(image, inode);

    /// <summary>At the same path, and deleted still later: a chown, say, and not a move.</summary>
    private static bool IsWrittenAnew(FindingContext image, Inode inode) =>
        image.Copies.Has(inode.Node, inode.HiddenBy);

    private static (int Layer, UInt128 Hash, long Size) Key(FileTree tree, in Inode inode, int layer)
    {
        var (hash, size) = tree.ContentOf(inode);
        return (layer, hash, size);
    }
}
