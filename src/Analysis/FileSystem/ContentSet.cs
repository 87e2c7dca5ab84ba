namespace ImageInsight.Analysis.FileSystem;

/// <summary>Inodes of different content. Eight bytes an inode: hash sets of the contents themselves took more than all the rest.</summary>
internal sealed class ContentSet(FileTree tree)
{
    private readonly int[] slots = new int[TableSize.For(tree.Inodes.Length)];

    /// <summary>False when one with the same content is in it.</summary>
    public bool Add(int inode)
    {
        var (hash, size) = tree.ContentOf(tree.Inodes[inode]);
        for (var i = (int)(ulong)hash; ; i++)
        {
            ref var slot = ref slots[i & (slots.Length - 1)];
            if (slot == 0)
            {
                slot = inode + 1;
                return true;
            }

            if (tree.ContentOf(tree.Inodes[slot - 1]) == (hash, size))
                return false;
        }
    }
}
