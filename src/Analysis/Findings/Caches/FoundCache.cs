using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>A cache of the table that the final file system has.</summary>
/// <param name="Tops">Nodes that its paths mean; they may repeat and overlap.</param>
internal sealed record FoundCache(PackageCache Cache, IReadOnlyList<int> Tops)
{
    public static IReadOnlyList<FoundCache> FindAll(FindingContext image) =>
    [
        .. PackageCache.All.Select(
            c => new FoundCache(c, [.. c.Paths.SelectMany(image.Match).Where(n => IsCache(image, c, n))]))
            .Where(f => f.Tops.Count > 0 && !f.Cache.UnlessPresent.Any(n => image.Names.Named(n).Any())),
    ];

    private static bool IsCache(FindingContext image, PackageCache cache, int node)
    {
        if (cache.OnlyIfPresent is not var (levels, path))
            return true;
        for (; levels > 0 && node > 0; levels--)
            node = image.Tree.Nodes[node].Parent;
        foreach (var part in path.Split('/'))
            if (node >= 0)
                node = image.Find(node, part);
        return node >= 0;
    }
}
