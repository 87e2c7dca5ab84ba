using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>The same content at two or more live paths, hard links excluded: all but the first copy could be links.</summary>
internal sealed class DuplicateContentRule : IFindingRule
{
    /// <summary>Every image has small twins (licences, empty modules); below this in a layer nobody acts.</summary>
    private const long Smallest = 100_000;

    public string Id => "duplicate-content";

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var first = new ContentSet(image.Tree);
        var layers = new SortedDictionary<int, EvidenceList>();
        for (var i = 0; i < image.Tree.Inodes.Length; i++)
        {
            ref readonly var inode = ref image.Tree.Inodes[i];
            if (inode.HiddenBy >= 0 || image.Tree.SizeOf(inode) == 0 || first.Add(i))
                continue;
            if (!layers.TryGetValue(inode.Layer, out var evidence))
                layers.Add(inode.Layer, evidence = new EvidenceList(image));
            evidence.Add(image.Tree.HomeOf(i), i);
        }

        foreach (var (layer, evidence) in layers)
            if (evidence.DiskBytes >= Smallest)
                yield return image.Finding(
                    Id,
                    "",
                    $"{Phrases.Files(evidence.Count)} with the same content as another file",
                    Confidence.Maybe,
                    layer,
                    evidence,
                    new Fix(
                        "Keep one copy and link to it, or leave the second one out. Copies that two packages ship are theirs to mend.",
                        $"# in the RUN that makes the second copy\nRUN <the command that makes it> \\\n && ln -sf <the first copy> {evidence.Biggest()[0].Path}"));
    }
}
