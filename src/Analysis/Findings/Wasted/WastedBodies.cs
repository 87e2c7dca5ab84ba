using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>
/// Wasted inodes by why they are wasted, grouped by the layer that deleted or replaced them: its instruction is the one
/// to change.
/// </summary>
internal static class WastedBodies
{
    /// <summary>Less than this in one layer is a package manager's log line, not something to act on.</summary>
    private const long Smallest = 1000;

    /// <param name="wanted">Says of an inode's number whether it belongs.</param>
    public static IEnumerable<(int Layer, EvidenceList Evidence)> ByCausingLayer(
        FindingContext image, WastedKind kind, Func<int, bool>? wanted = null)
    {
        var groups = new SortedDictionary<int, (EvidenceList Evidence, HashSet<int> Added)>();
        var tree = image.Tree;
        var kinds = image.WastedKinds;
        image.Work.Spend(tree.Inodes.Length);
        for (var i = 0; i < tree.Inodes.Length; i++)
        {
            ref readonly var inode = ref tree.Inodes[i];
            if (kinds[i] != kind || wanted?.Invoke(i) == false)
                continue;
            if (!groups.TryGetValue(inode.HiddenBy, out var group))
                groups.Add(inode.HiddenBy, group = (new EvidenceList(image), []));
            // What the base stored stays; the copy above it is what a change avoids.
            var body = kind == WastedKind.RestoredFromBase ? tree.Nodes[inode.Node].Inode : i;
            if (group.Added.Add(body))
                group.Evidence.Add(inode.Node, body);
        }

        if (kind == WastedKind.SameContent)
            foreach (var (body, layer) in BrokenLinks.Find(image, kinds))
                if (wanted?.Invoke(body) != false && groups.TryGetValue(layer, out var group) && group.Added.Add(body))
                    group.Evidence.Add(tree.Inodes[body].Node, body);

        return groups.Where(g => g.Value.Evidence.DiskBytes >= Smallest).Select(g => (g.Key, g.Value.Evidence));
    }

    /// <summary>Of every inode; None for visible and for empty ones.</summary>
    public static WastedKind[] KindsByInode(FindingContext image)
    {
        image.Work.Spend(image.Tree.Inodes.Length);
        var kinds = new WastedKind[image.Tree.Inodes.Length];
        for (var i = 0; i < kinds.Length; i++)
            kinds[i] = KindOf(image, image.Tree.Inodes[i]);
        return kinds;
    }

    private static WastedKind KindOf(FindingContext image, in Inode inode)
    {
        if (inode.HiddenBy < 0 || image.Tree.SizeOf(inode) == 0)
            return WastedKind.None;
        if (image.Base.Has(inode.HiddenBy))
            return WastedKind.WithinBase;
        var @class = LedgerBook.ClassOf(image.Tree, inode);
        // Deleted for good is not rewritten: installing and purging in one RUN avoids it.
        if (@class != LedgerClass.Deleted && image.BookkeepingNodes.Contains(inode.Node))
            return WastedKind.Bookkeeping;
        var fromBase = image.Base.Has(inode.Layer);
        return @class switch
        {
            LedgerClass.Deleted or LedgerClass.Overwritten when fromBase => WastedKind.FromBase,
            LedgerClass.Deleted => WastedKind.Deleted,
            LedgerClass.Overwritten => WastedKind.Overwritten,
            _ => fromBase ? WastedKind.RestoredFromBase : WastedKind.SameContent,
        };
    }
}
