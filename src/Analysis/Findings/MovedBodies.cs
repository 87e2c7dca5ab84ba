using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>Dead inodes whose content the layer that hid them stored again elsewhere.</summary>
internal static class MovedBodies
{
    public static HashSet<int> Of(FileTree tree)
    {
        var wanted = new HashSet<(int Layer, UInt128 Hash, long Size)>();
        foreach (ref readonly var inode in tree.Inodes)
            if (IsDeleted(tree, inode))
                wanted.Add(Key(tree, inode, inode.HiddenBy));
        var moved = new HashSet<int>();
        if (wanted.Count == 0)
            return moved;
        var stored = new HashSet<(int Layer, UInt128 Hash, long Size)>();
        foreach (ref readonly var inode in tree.Inodes)
            if (Key(tree, inode, inode.Layer) is var key && wanted.Contains(key))
                stored.Add(key);
        for (var i = 0; stored.Count > 0 && i < tree.Inodes.Length; i++)
            if (IsDeleted(tree, tree.Inodes[i]) && stored.Contains(Key(tree, tree.Inodes[i], tree.Inodes[i].HiddenBy)))
                moved.Add(i);
        return moved;
    }

    private static bool IsDeleted(FileTree tree, in Inode inode) =>
        inode.HiddenBy > inode.Layer && tree.SizeOf(inode) > 0 && LedgerBook.ClassOf(tree, inode) == LedgerClass.Deleted;

    private static (int Layer, UInt128 Hash, long Size) Key(FileTree tree, in Inode inode, int layer)
    {
        var (hash, size) = tree.ContentOf(inode);
        return (layer, hash, size);
    }
}
