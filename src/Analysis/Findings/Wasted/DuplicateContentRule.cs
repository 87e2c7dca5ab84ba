using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>
/// The same content at two or more visible paths, hard links excluded: all but one copy could be links. What goes
/// anyway is no copy, and of the others that one stays
/// which no finding would take out, so that all findings together leave one.
/// </summary>
internal sealed class DuplicateContentRule : IFindingRule
{
    public const string RuleId = "duplicate-content";

    /// <summary>
    /// Every image has small copies (licences, empty modules); less than this in a layer is not worth a change.
    /// </summary>
    private const long Smallest = 100_000;

    /// <summary>Named in a fix; the evidence has the rest.</summary>
    private const int MostPairs = 3;

    private const byte NoFinding = 0;

    public string Id => RuleId;

    public bool RunsLast => true;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        image.Work.Spend(4L * image.Tree.Inodes.Length);
        var candidates = Candidates(image).ToList();
        var first = new ContentSet(image.Tree);
        var layers = new SortedDictionary<int, EvidenceList>();
        foreach (var i in candidates.Where(i => !first.Add(i)))
        {
            var layer = image.Tree.Inodes[i].Layer;
            if (!layers.TryGetValue(layer, out var evidence))
                layers.Add(layer, evidence = new EvidenceList(image));
            evidence.Add(image.Tree.HomeOf(i), i);
        }

        var big = layers.Where(l => l.Value.DiskBytes >= Smallest).ToList();
        var originals = Originals(image.Tree, candidates, big.SelectMany(l => l.Value.BiggestInodes(MostPairs)));
        foreach (var (layer, evidence) in big)
        {
            List<(string Copy, string Original)> pairs =
                [.. evidence.BiggestInodes(
                    MostPairs).Select(
                        i => (PathOf(image.Tree, i), PathOf(
                            image.Tree, originals[image.Tree.ContentOf(image.Tree.Inodes[i])])))];
            yield return image.Finding(new(
                Id,
                evidence.Count == 1 ? $"{pairs[0].Copy} has the same content as {pairs[0].Original}"
                    : $"{Phrases.Files(evidence.Count)} with the same content as another file",
                Confidence.Maybe,
                layer,
                evidence,
                new Fix(
                    $"Keep one copy and link to it, or leave the second one out: "
                        + $"{string.Join("; ", pairs.Select(p => $"{p.Copy} is the same as {p.Original}"))}"
                    + $"{(evidence.Count > pairs.Count ? $"; and {evidence.Count - pairs.Count} more" : "")}. Copies "
                    + "that two packages ship can only be changed in the packages.",
                    "# in the RUN that makes the second copy\nRUN <the command that makes it> \\\n && ln -sf " +
                    $"{pairs[0].Original} {pairs[0].Copy}")));
        }
    }

    /// <summary>
    /// Inodes that may be copies or originals: those that no finding takes out first, so that they are what stays.
    /// </summary>
    private static IEnumerable<int> Candidates(FindingContext image)
    {
        var marks = Marks(image);
        foreach (var mayGo in (bool[])[false, true])
            for (var i = 0; i < image.Tree.Inodes.Length; i++)
            {
                var inode = image.Tree.Inodes[i];
                if (inode.HiddenBy >= 0 || image.Tree.SizeOf(inode) == 0)
                    continue;
                var mark = marks[inode.Layer] is { } found ? found[inode.Ordinal] : NoFinding;
                if (mark <= Mark(Confidence.Maybe) && mark != NoFinding == mayGo)
                    yield return i;
            }
    }

    /// <summary>The inode that stays of each content that some copies have.</summary>
    private static Dictionary<(UInt128 Hash, long Size), int> Originals(
        FileTree tree, List<int> candidates, IEnumerable<int> copies)
    {
        var originals = copies.Select(c => tree.ContentOf(tree.Inodes[c])).Distinct().ToDictionary(c => c, _ => -1);
        foreach (var i in candidates)
            if (originals.Count > 0 && originals.TryGetValue(tree.ContentOf(tree.Inodes[i]), out var original)
                && original < 0)
                originals[tree.ContentOf(tree.Inodes[i])] = i;
        return originals;
    }

    private static string PathOf(FileTree tree, int inode) => Phrases.Path(tree.PathOf(tree.HomeOf(inode)));

    private static byte Mark(Confidence confidence) => (byte)(1 + (byte)confidence);

    /// <summary>By layer and ordinal, the highest confidence of a finding that removes a body.</summary>
    private static byte[]?[] Marks(FindingContext image)
    {
        var marks = new byte[image.Tree.Layers.Count][];
        foreach (var finding in image.Found)
            foreach (var (layer, ordinals) in finding.Bodies.Layers)
            {
                image.Work.Spend(ordinals.Count);
                var of = marks[layer] ??= new byte[image.Tree.Layers[layer].Layer.Entries.Count];
                foreach (var ordinal in ordinals)
                    of[ordinal] = Math.Max(of[ordinal], Mark(finding.Confidence));
            }

        return marks;
    }
}
