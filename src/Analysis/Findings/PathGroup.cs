using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings;

/// <summary>Paths that mean the same, as the data table of a rule holds them.</summary>
/// <param name="Id">Part of the finding's id.</param>
/// <param name="Name">For the title: what it is.</param>
/// <param name="Paths">As in <see cref="PathPattern"/>.</param>
internal sealed record PathGroup(
    string Id, string Name, Confidence Confidence, string[] Paths, string Text, string Snippet)
{
    public string[] KnownAs { get; init; } = [];

    /// <summary>Paths among these that are no waste.</summary>
    public string[] Except { get; init; } = [];

    /// <summary>One finding a layer that carries some of it.</summary>
    public IEnumerable<Finding> Find(FindingContext image, PathSearch search)
    {
        var kept = Except.SelectMany(image.Match).Concat(search.Excluded).ToHashSet();
        var inKept = image.In(kept);
        var nodes = Paths.SelectMany(image.Match).Concat(search.Also);
        foreach (var (layer, evidence) in VisibleFiles.ByLayer(
            image, nodes, n => (kept.Count > 0 && inKept.Has(n)) || search.Keeps?.Invoke(n) == true))
            if (evidence.DiskBytes >= search.Smallest)
                yield return image.Finding(new(
                    search.RuleId,
                    $"{Name}: {Phrases.Files(evidence.Count)}",
                    image.Base.Has(layer) && search.InBase < Confidence ? search.InBase : Confidence,
                    layer,
                    evidence,
                    new Fix(image.Base.Has(layer)
                        ? Text + " These are from the base image: only its maintainers can leave them out, or another "
                            + "base avoids them."
                        : Text, Snippet))
                {
                    Key = Id,
                    Remedy = search.Remedy?.Invoke(evidence),
                    KnownAs = KnownAs,
                });
    }
}
