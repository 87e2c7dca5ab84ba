using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>Dead inodes whose content the layer that hid them stored again elsewhere.</summary>
internal static class MovedBodies
{
    public static HashSet<int> Of(FileTree tree)
    {
        var deleted = new Dictionary<(int Layer, UInt128 Hash, long Size), List<int>>();
        for (var i = 0; i < tree.Inodes.Length; i++)
        {
            ref readonly var inode = ref tree.Inodes[i];
            if (inode.HiddenBy <= inode.Layer || tree.SizeOf(inode) == 0 || LedgerBook.ClassOf(tree, inode) != LedgerClass.Deleted)
                continue;
            var (hash, size) = tree.ContentOf(inode);
            if (!deleted.TryGetValue((inode.HiddenBy, hash, size), out var same))
                deleted.Add((inode.HiddenBy, hash, size), same = []);
            same.Add(i);
        }

        var moved = new HashSet<int>();
        if (deleted.Count == 0)
            return moved;
        foreach (ref readonly var inode in tree.Inodes)
        {
            var (hash, size) = tree.ContentOf(inode);
            if (deleted.TryGetValue((inode.Layer, hash, size), out var same))
                moved.UnionWith(same);
        }

        return moved;
    }
}
