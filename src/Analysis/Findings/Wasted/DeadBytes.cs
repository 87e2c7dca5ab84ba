using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Dead inodes by why they are dead, grouped by the layer that hid them: its instruction is the one to change.</summary>
internal static class DeadBytes
{
    /// <summary>Less than this in one layer is a package manager's log line, not something to act on.</summary>
    private const long Smallest = 1000;

    /// <param name="wanted">Says of an inode's number whether it belongs.</param>
    public static IEnumerable<(int Layer, EvidenceList Evidence)> ByHidingLayer(FindingContext image, DeadKind kind, Func<int, bool>? wanted = null)
    {
        var groups = new SortedDictionary<int, (EvidenceList Evidence, HashSet<int> Added)>();
        var tree = image.Tree;
        var kinds = image.DeadKinds;
        for (var i = 0; i < tree.Inodes.Length; i++)
        {
            ref readonly var inode = ref tree.Inodes[i];
            if (kinds[i] != kind || wanted?.Invoke(i) == false)
                continue;
            if (!groups.TryGetValue(inode.HiddenBy, out var group))
                groups.Add(inode.HiddenBy, group = (new EvidenceList(image), []));
            // What the base stored stays; the copy above it is what a change avoids.
            var body = kind == DeadKind.RestoredFromBase ? tree.Nodes[inode.Node].Inode : i;
            if (group.Added.Add(body))
                group.Evidence.Add(inode.Node, body);
        }

        return groups.Where(g => g.Value.Evidence.DiskBytes >= Smallest).Select(g => (g.Key, g.Value.Evidence));
    }

    /// <summary>Of every inode; None for the live and the empty ones.</summary>
    public static DeadKind[] KindsOf(FindingContext image)
    {
        var kinds = new DeadKind[image.Tree.Inodes.Length];
        for (var i = 0; i < kinds.Length; i++)
            kinds[i] = KindOf(image, image.Tree.Inodes[i]);
        return kinds;
    }

    private static DeadKind KindOf(FindingContext image, in Inode inode)
    {
        if (inode.HiddenBy < 0 || image.Tree.SizeOf(inode) == 0)
            return DeadKind.None;
        if (image.Base.Has(inode.HiddenBy))
            return DeadKind.WithinBase;
        var @class = LedgerBook.ClassOf(image.Tree, inode);
        // Deleted for good is not rewritten: installing and purging in one RUN avoids it.
        if (@class != LedgerClass.Deleted && image.Churn.Contains(inode.Node))
            return DeadKind.Bookkeeping;
        var fromBase = image.Base.Has(inode.Layer);
        return @class switch
        {
            LedgerClass.Deleted or LedgerClass.Overwritten when fromBase => DeadKind.FromBase,
            LedgerClass.Deleted => DeadKind.Deleted,
            LedgerClass.Overwritten => DeadKind.Overwritten,
            _ => fromBase ? DeadKind.RestoredFromBase : DeadKind.SameContent,
        };
    }
}

internal enum DeadKind : byte
{
    None,
    Deleted,
    Overwritten,

    /// <summary>Only mode, owner or time changed.</summary>
    SameContent,

    /// <summary>The same of a file that the base brought.</summary>
    RestoredFromBase,

    /// <summary>A package manager rewrote its own files.</summary>
    Bookkeeping,

    /// <summary>The base stored it and a layer above deleted or replaced it.</summary>
    FromBase,

    /// <summary>The base stored and hid it.</summary>
    WithinBase,
}
