using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Ledger;

/// <summary>
/// Classes every wasted inode by what the final file system has at the path of the entry that carried it.
/// </summary>
internal static class LedgerBook
{
    /// <summary>An exabyte: a few such sums can still be added up.</summary>
    private const long MostBytes = 1L << 60;

    public static SettledLedger Settle(FileTree tree)
    {
        var totals = new long[6];
        var wasted = new long[tree.Layers.Count];
        foreach (ref readonly var inode in tree.Inodes)
        {
            var size = tree.SizeOf(inode);
            var @class = ClassOf(tree, inode);
            totals[(int)@class] = Add(totals[(int)@class], size);
            if (@class != LedgerClass.Visible)
                wasted[inode.Layer] += size;
        }

        return new SettledLedger(
            new LedgerTotals(
                totals.Aggregate(Add), totals[0], totals[1], totals[2], totals[3], totals[4], totals[5]), wasted);
    }

    /// <summary>Sizes are stated by the image: a sparse file's may be any.</summary>
    /// <exception cref="ImageException">The sum is not a number of bytes any more.</exception>
    public static long Add(long bytes, long more) =>
        bytes <= MostBytes - more ? bytes + more : throw new ImageException(
            ImageErrors.LayerInvalid, "The sizes that the image's files state come to more than an exabyte.");

    public static LedgerClass ClassOf(FileTree tree, in Inode inode)
    {
        if (inode.HiddenBy < 0)
            return LedgerClass.Visible;
        if (inode.Node < 0)
            return LedgerClass.Deleted;
        ref readonly var node = ref tree.Nodes[inode.Node];
        if (!node.Visible || node.Kind != EntryKind.File || node.Inode < 0)
            return LedgerClass.Deleted;
        var wasted = tree.EntryOf(inode);
        var visible = tree.EntryOf(tree.Inodes[node.Inode]);
        if (wasted.Size != visible.Size || wasted.ContentHash != visible.ContentHash)
            return LedgerClass.Overwritten;
        if (wasted.Mode != visible.Mode || wasted.Uid != visible.Uid || wasted.Gid != visible.Gid
            || wasted.XattrHash != visible.XattrHash)
            return LedgerClass.MetadataOnly;
        return wasted.Mtime != visible.Mtime ? LedgerClass.Touched : LedgerClass.Identical;
    }
}
