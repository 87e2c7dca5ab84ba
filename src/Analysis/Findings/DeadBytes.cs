using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>Dead inodes of some classes, grouped by the layer that hid them: its instruction is the one to change.</summary>
internal static class DeadBytes
{
    /// <summary>Less than this in one layer is a package manager's log line, not something to act on.</summary>
    private const long Smallest = 1000;

    public static IEnumerable<(int Layer, EvidenceList Evidence)> ByHidingLayer(FindingContext image, params LedgerClass[] classes)
    {
        var groups = new SortedDictionary<int, EvidenceList>();
        for (var i = 0; i < image.Tree.Inodes.Length; i++)
        {
            ref readonly var inode = ref image.Tree.Inodes[i];
            if (inode.HiddenBy < 0 || image.Tree.SizeOf(inode) == 0
                || !classes.Contains(LedgerBook.ClassOf(image.Tree, inode)))
                continue;
            if (!groups.TryGetValue(inode.HiddenBy, out var evidence))
                groups.Add(inode.HiddenBy, evidence = new EvidenceList(image));
            evidence.Add(inode.Node, i);
        }

        return groups.Where(g => g.Value.DiskBytes >= Smallest).Select(g => (g.Key, g.Value));
    }

    public static Finding ToFinding(
        FindingContext image, string ruleId, string title, Confidence confidence, int layer, EvidenceList evidence, Fix fix) =>
        new(
            $"{ruleId}-{layer}",
            ruleId,
            title,
            Severities.Of(evidence.DiskBytes, image),
            confidence,
            evidence.DiskBytes,
            evidence.PullBytes,
            layer,
            image.InstructionOf(layer),
            evidence.Count,
            evidence.Biggest(),
            fix);
}
