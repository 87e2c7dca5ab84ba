using System.Text.RegularExpressions;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>What came along with the build context, with every copy that later layers made of it.</summary>
internal static partial class ContextFiles
{
    /// <summary>Everything at and below some nodes, by the layer that brought it and the name it came under.</summary>
    /// <param name="tops">A node inside another one is part of that.</param>
    public static SortedDictionary<int, (EvidenceList Evidence, SortedSet<string> Names)> ByOrigin(
        FindingContext image, IEnumerable<(int Node, int Origin, string Name)> tops)
    {
        var layers = new SortedDictionary<int, (EvidenceList Evidence, SortedSet<string> Names)>();
        var taken = new HashSet<int>();
        var seen = new HashSet<int>();
        // Parents have lower numbers than what is below them.
        foreach (var (top, origin, name) in tops.OrderBy(t => t.Node))
        {
            if (IsBelow(image.Tree, top, taken))
                continue;
            taken.Add(top);
            foreach (var (node, inode) in Bodies(image, top))
            {
                if (!seen.Add(inode))
                    continue;
                if (!layers.TryGetValue(origin, out var group))
                    layers.Add(origin,
                        group = (new EvidenceList(image), new SortedSet<string>(StringComparer.Ordinal)));
                group.Names.Add(name);
                group.Evidence.Add(node, inode);
            }
        }

        return layers;
    }

    /// <summary>The first layer that had a file at or below a node; -1 when none did.</summary>
    public static int OriginOf(FindingContext image, int node) =>
        image.Tree.Below(node).Select(image.Copies.Origin).FirstOrDefault(o => o >= 0, -1);

    public static string Listed(SortedSet<string> names) =>
        $"{string.Join(", ", names.Take(4))}{(names.Count > 4 ? $" and {names.Count - 4} more" : "")}";

    /// <summary>
    /// True when a later instruction installs: what it left of the context as it was, it would have brought itself.
    /// </summary>
    public static bool IsInstalledAgain(FindingContext image, int layer) =>
        image.Facts.Layers.Skip(layer + 1).Any(l => l.Instruction is { } i && Installs().IsMatch(i));

    private static IEnumerable<(int Node, int Inode)> Bodies(FindingContext image, int top)
    {
        foreach (var visible in VisibleFiles.Below(image.Tree, [top]))
            yield return visible;
        foreach (var node in image.Tree.Below(top))
            foreach (var inode in image.Copies.At(node))
                if (image.Tree.Inodes[inode].HiddenBy >= 0 && image.Tree.SizeOf(image.Tree.Inodes[inode]) > 0)
                    yield return (node, inode);
    }

    private static bool IsBelow(FileTree tree, int node, HashSet<int> taken)
    {
        for (; node > FileTree.Root; node = tree.Nodes[node].Parent)
            if (taken.Contains(node))
                return true;
        return false;
    }

    [GeneratedRegex(
        @"\b(npm|pnpm|yarn|bun|pip3?|uv|poetry|pdm|composer|bundle)\b[^&|;]*?(\b(ci|i|install|sync|add)\b|$)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Installs();
}
