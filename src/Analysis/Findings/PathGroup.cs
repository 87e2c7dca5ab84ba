using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings;

/// <summary>Paths that mean the same, as the data table of a rule holds them.</summary>
/// <param name="Id">Part of the finding's id.</param>
/// <param name="Name">For the title: what it is.</param>
/// <param name="Paths">As in <see cref="PathPattern"/>.</param>
internal sealed record PathGroup(string Id, string Name, Confidence Confidence, string[] Paths, string Text, string Snippet)
{
    public string[] KnownAs { get; init; } = [];

    /// <summary>Paths among these that are no waste.</summary>
    public string[] Except { get; init; } = [];

    /// <summary>One finding a layer that carries some of it.</summary>
    /// <param name="inBase">The confidence for what the base brought.</param>
    /// <param name="keeps">Nodes that are not meant although their path is.</param>
    /// <param name="others">Nodes that, with what is below them, are another rule's.</param>
    /// <param name="also">Nodes that are meant and that no path tells.</param>
    public IEnumerable<Finding> Find(
        FindingContext image, string ruleId, Confidence inBase, long smallest, Func<int, bool>? keeps = null, IEnumerable<int>? others = null,
        IEnumerable<int>? also = null)
    {
        var kept = Except.SelectMany(image.Match).Concat(others ?? []).SelectMany(image.Tree.Below).ToHashSet();
        foreach (var (layer, evidence) in LiveFiles.ByLayer(image, Paths.SelectMany(image.Match).Concat(also ?? []), n => kept.Contains(n) || keeps?.Invoke(n) == true))
            if (evidence.DiskBytes >= smallest)
                yield return image.Finding(
                    ruleId,
                    Id,
                    $"{Name}: {Phrases.Files(evidence.Count)}",
                    image.Base.Has(layer) && inBase < Confidence ? inBase : Confidence,
                    layer,
                    evidence,
                    new Fix(image.Base.Has(layer) ? Text + " The base image brought these: another base, or its makers, can leave them out." : Text, Snippet),
                    KnownAs);
    }
}
