using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings;

/// <summary>Live files of package managers' caches, by manager and by the layer that left them.</summary>
internal sealed class PackageCacheRule : IFindingRule
{
    public IEnumerable<Finding> Find(FindingContext image)
    {
        var homes = Homes(image).ToList();
        foreach (var cache in PackageCache.All)
        {
            var layers = new SortedDictionary<int, EvidenceList>();
            foreach (var node in cache.Paths.SelectMany(p => Expand(p, homes)).SelectMany(p => Matches(image.Tree, p)).Distinct())
                Collect(image, node, layers);
            foreach (var (layer, evidence) in layers)
                yield return new Finding(
                    $"package-cache-{cache.Id}-{layer}",
                    "package-cache",
                    $"{cache.Name} left its cache: {Phrases.Files(evidence.Count)}",
                    Severities.Of(evidence.DiskBytes, image),
                    Confidence.Safe,
                    evidence.DiskBytes,
                    evidence.PullBytes,
                    layer,
                    image.InstructionOf(layer),
                    evidence.Count,
                    evidence.Biggest(),
                    new Fix(cache.Text, cache.Flag));
        }
    }

    private static void Collect(FindingContext image, int top, SortedDictionary<int, EvidenceList> layers)
    {
        foreach (var node in image.Tree.Below(top))
        {
            var inode = image.Tree.BodyAt(node);
            if (inode < 0 || image.Tree.SizeOf(image.Tree.Inodes[inode]) == 0)
                continue;
            var layer = image.Tree.Inodes[inode].Layer;
            if (!layers.TryGetValue(layer, out var evidence))
                layers.Add(layer, evidence = new EvidenceList(image));
            evidence.Add(node, inode);
        }
    }

    /// <summary>/root, /home/* and the HOME that the image sets.</summary>
    private static IEnumerable<string> Homes(FindingContext image)
    {
        yield return "/root";
        if (image.Tree.Find("/home") is var home and >= 0)
            foreach (var child in image.Tree.VisibleChildren(home))
                yield return image.Tree.PathOf(child);
        foreach (var variable in image.Facts.Environment)
            if (variable.StartsWith("HOME=/", StringComparison.Ordinal))
                yield return variable["HOME=".Length..];
    }

    private static IEnumerable<string> Expand(string pattern, List<string> homes) =>
        pattern.StartsWith('~') ? homes.Distinct().Select(h => h.TrimEnd('/') + pattern[1..]) : [pattern];

    private static IEnumerable<int> Matches(FileTree tree, string pattern)
    {
        var slash = pattern.LastIndexOf('/');
        var star = pattern.IndexOf('*', slash);
        if (star < 0)
            return tree.Find(pattern) is var exact and >= 0 ? [exact] : [];
        var directory = tree.Find(pattern[..slash]);
        if (directory < 0 || tree.Nodes[directory].Kind != EntryKind.Directory)
            return [];
        var head = Encoding.UTF8.GetBytes(pattern[(slash + 1)..star]);
        var tail = Encoding.UTF8.GetBytes(pattern[(star + 1)..]);
        return tree.VisibleChildren(directory).Where(c =>
            tree.NameOf(c).Length >= head.Length + tail.Length && tree.NameOf(c).StartsWith(head) && tree.NameOf(c).EndsWith(tail));
    }
}
