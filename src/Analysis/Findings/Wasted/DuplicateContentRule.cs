using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>
/// The same content at two or more visible paths, hard links excluded: all but one copy could be links. What goes anyway is no copy, and of the others that one stays
/// which no finding would take out, so that all findings together leave one.
/// </summary>
internal sealed class DuplicateContentRule : IFindingRule
{
    public const string RuleId = "duplicate-content";

    /// <summary>Every image has small twins (licences, empty modules); below this in a layer nobody acts.</summary>
    private const long Smallest = 100_000;

    private const byte NoFinding = 0;

    public string Id => RuleId;

    public bool RunsLast => true;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var first = new ContentSet(image.Tree);
        var layers = new SortedDictionary<int, EvidenceList>();
        var marks = Marks(image);
        foreach (var may in (ReadOnlySpan<bool>)[false, true])
            for (var i = 0; i < image.Tree.Inodes.Length; i++)
            {
                ref readonly var inode = ref image.Tree.Inodes[i];
                if (inode.HiddenBy >= 0 || image.Tree.SizeOf(inode) == 0)
                    continue;
                var mark = marks[inode.Layer] is { } of ? of[inode.Ordinal] : NoFinding;
                if (mark > Mark(Confidence.Maybe) || mark != NoFinding != may || first.Add(i))
                    continue;
                if (!layers.TryGetValue(inode.Layer, out var evidence))
                    layers.Add(inode.Layer, evidence = new EvidenceList(image));
                evidence.Add(image.Tree.HomeOf(i), i);
            }

        foreach (var (layer, evidence) in layers)
            if (evidence.DiskBytes >= Smallest)
                yield return image.Finding(new(
                    Id,
                    $"{Phrases.Files(evidence.Count)} with the same content as another file",
                    Confidence.Maybe,
                    layer,
                    evidence,
                    new Fix(
                        "Keep one copy and link to it, or leave the second one out. Copies that two packages ship are theirs to mend.",
                        $"# in the RUN that makes the second copy\nRUN <the command that makes it> \\\n && ln -sf <the first copy> {evidence.Biggest()[0].Path}")));
    }

    private static byte Mark(Confidence confidence) => (byte)(1 + (byte)confidence);

    /// <summary>By layer and ordinal, how surely a body goes by another finding.</summary>
    private static byte[]?[] Marks(FindingContext image)
    {
        var marks = new byte[image.Tree.Layers.Count][];
        foreach (var finding in image.Found)
            foreach (var (layer, ordinals) in finding.Bodies.Layers)
            {
                var of = marks[layer] ??= new byte[image.Tree.Layers[layer].Layer.Entries.Count];
                foreach (var ordinal in ordinals)
                    of[ordinal] = Math.Max(of[ordinal], Mark(finding.Confidence));
            }

        return marks;
    }
}
