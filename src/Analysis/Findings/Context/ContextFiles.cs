using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>What came along with the build context, with every copy that later layers made of it.</summary>
internal static class ContextFiles
{
    /// <summary>
    /// Everything at and below some nodes, by the layer that brought it, and the names that it came under.
    /// </summary>
    /// <param name="tops">A node inside another one is part of that; each with the layer that brought it.</param>
    /// <param name="nameOf">Asked only of nodes that have something.</param>
    public static SortedDictionary<int, (EvidenceList Evidence, NameList Names)> ByOrigin(
        FindingContext image, IEnumerable<(int Node, int Origin)> tops, Func<int, string> nameOf)
    {
        var layers = new SortedDictionary<int, (EvidenceList Evidence, NameList Names)>();
        var taken = new HashSet<int>();
        var inTaken = image.In(taken);
        var seen = new HashSet<int>();
        // Parents have lower numbers than what is below them: all that a node may lie in is taken before it.
        foreach (var (top, origin) in tops.OrderBy(t => t.Node))
        {
            if (inTaken.HasAround(top) || !taken.Add(top))
                continue;
            var group = layers.GetValueOrDefault(origin);
            var isNamed = false;
            foreach (var (node, inode) in Bodies(image, top))
            {
                if (!seen.Add(inode))
                    continue;
                if (group.Evidence is null)
                    layers.Add(origin, group = (new EvidenceList(image), new NameList()));
                if (!isNamed)
                    group.Names.Add(nameOf(top));
                isNamed = true;
                group.Evidence.Add(node, inode);
            }
        }

        return layers;
    }

    public static string Listed(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(4).Select(Phrases.Path))
        + (names.Count > 4 ? $" and {names.Count - 4} more" : "");

    /// <summary>
    /// True when a later instruction installs: what it left of the context as it was, it would have brought itself.
    /// </summary>
    public static bool IsInstalledAgain(FindingContext image, int layer) => image.Needs.LastInstall > layer;

    private static IEnumerable<(int Node, int Inode)> Bodies(FindingContext image, int top)
    {
        foreach (var visible in VisibleFiles.Below(image, [top]))
            yield return visible;
        foreach (var node in image.Tree.Below(top, image.Work))
            foreach (var inode in image.Copies.At(node))
                if (image.Tree.Inodes[inode].HiddenBy >= 0 && image.Tree.SizeOf(image.Tree.Inodes[inode]) > 0)
                    yield return (node, inode);
    }
}
