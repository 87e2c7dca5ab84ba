using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>Visible files of package managers' caches, by manager and by the layer that left them.</summary>
internal sealed class PackageCacheRule : IFindingRule
{
    public const string RuleId = "package-cache";

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var found in image.Caches)
        {
            var cache = found.Cache;
            var kept = cache.Except.SelectMany(image.Match).ToHashSet();
            var inKept = image.In(kept);
            var layers = VisibleFiles.ByLayer(image, found.Tops, kept.Count == 0 ? null : inKept.Has);
            if (layers.Count == 0)
                continue;
            var (highest, doubt) = Judge(image, found);
            foreach (var (layer, evidence) in layers)
            {
                var confidence = image.Base.Has(layer) ? Confidence.Maybe : highest;
                var (fix, remedy) = FixFor(image, found, layer, TextFor(cache, image.Base.Has(layer), doubt));
                yield return image.Finding(new(
                    Id,
                    $"{cache.Name} left {(cache.Name.Contains(" and ", StringComparison.Ordinal) ? "their" : "its")} "
                        + $"cache: {Phrases.Files(evidence.Count)}",
                    confidence,
                    layer,
                    evidence,
                    fix)
                {
                    Key = cache.Id,
                    Remedy = remedy,
                    KnownAs = cache.KnownAs,
                });
            }
        }
    }

    /// <summary>
    /// Whether the image may read it when it runs: nothing reads most caches, but some tools run programs from theirs.
    /// </summary>
    private static (Confidence Confidence, string Doubt) Judge(FindingContext image, FoundCache found)
    {
        var cache = found.Cache;
        if (image.Used.FindUse(found.Tops.ToHashSet()) is { } use)
            return (Confidence.Maybe, use);
        var start = image.Used.Start;
        if (cache.ReadBy.Any(start.Runs))
            return (Confidence.Maybe, $"the image starts such a tool, and {cache.Risk}");
        if (cache.HasClasses && start.HasOpenClassPath)
            return (Confidence.Maybe, "the class path is made when the image starts, and may name archives in it");
        if (cache.ReadIfPresent.SelectMany(image.Match).Any())
            return (Confidence.Maybe, cache.Risk);
        if (cache.Confidence == Confidence.Safe && cache.StartedByScripts && start.IsOpen
            && cache.ReadBy.Any(c => Has(image, c.Split(' ')[0])))
            return (Confidence.Probable, "the image starts a shell or a script, which may run such a tool, and " +
                $"{cache.Risk}");
        return (cache.Confidence, cache.Confidence == Confidence.Safe ? "" : cache.Risk);
    }

    private static string TextFor(PackageCache cache, bool isInBase, string doubt) =>
        (isInBase ? "The base image left it: only its maintainers can remove it, or another base avoids it. " : "")
        + cache.Text + (doubt.Length > 0 ? $" Check first: {doubt}." : "");

    private static bool Has(FindingContext image, string program) =>
        image.Names.Named(program).Any(n => image.Tree.Nodes[n].Kind != EntryKind.Directory);

    private static (Fix Fix, Remedy Remedy) FixFor(FindingContext image, FoundCache found, int layer, string text)
    {
        if (!image.IsFromContext(layer))
            return (new Fix(text, found.Cache.Snippet), new Remedy.EmptyCache(found.Cache.Id));
        List<string> folders =
        [
            .. found.Tops.Select(t => image.Tree.Nodes[t].Parent).Where(p => p > FileTree.Root)
                .Select(p => PathText.FromName(image.Tree.NameOf(p)))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(4),
        ];
        return (
            new Fix(text + " It was copied from the build context: exclude it with .dockerignore.",
                "# .dockerignore\n" + string.Join('\n', folders.Select(f => $"**/{f}"))),
            new Remedy.KeepOutOfContext(folders, []));
    }
}
