namespace ImageInsight.Analysis.Findings;

/// <summary>Live files of package managers' caches, by manager and by the layer that left them.</summary>
internal sealed class PackageCacheRule : IFindingRule
{
    public string Id => "package-cache";

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var cache in PackageCache.All.Where(c => c.NotBeside is null || !image.Names.Named(c.NotBeside).Any()))
            foreach (var (layer, evidence) in LiveFiles.ByLayer(image, cache.Paths.SelectMany(image.Match)))
                yield return image.Finding(
                    Id,
                    cache.Id,
                    $"{cache.Name} left its cache: {Phrases.Files(evidence.Count)}",
                    image.Base.Has(layer) ? Confidence.Maybe : cache.Confidence,
                    layer,
                    evidence,
                    image.Base.Has(layer)
                        ? new Fix("The base image left it; only its makers can take it out, or another base. " + cache.Text, cache.Flag)
                        : new Fix(cache.Text, cache.Flag),
                    cache.KnownAs);
    }
}
