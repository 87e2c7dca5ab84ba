using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// What stands beside an archive: the tree that it was unpacked to, the description of a source package.
/// </summary>
internal sealed class Siblings
{
    /// <summary>NAME_MAX: nobody unpacks anything to a longer one.</summary>
    private const int MaxName = 255;

    private static readonly char[] Separators = ['-', '_', '.'];

    private readonly List<string> sorted = [];
    private readonly HashSet<string> directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> sources = new(StringComparer.Ordinal);
    private readonly WorkBudget work;

    public Siblings(FindingContext image, int folder)
    {
        work = image.Work;
        foreach (var child in image.Tree.VisibleChildren(folder, work))
        {
            var name = image.Tree.NameOf(child);
            if (image.Tree.Nodes[child].Kind == EntryKind.Directory && name.Length is >= 2 and <= MaxName)
                sorted.Add(PathText.FromName(name));
            if (name.EndsWith(".dsc"u8))
                sources.Add(PathText.FromName(name).Split('_')[0]);
        }

        sorted.Sort(StringComparer.Ordinal);
        directories.UnionWith(sorted);
    }

    /// <summary>tool-1.2, tool or tool_1.2 of tool-1.2.</summary>
    public bool HasTreeOf(string stem)
    {
        if (stem.Length is < 2 or > MaxName || directories.Count == 0)
            return false;
        work.Spend(stem.Length);
        if (directories.Contains(stem))
            return true;
        for (var at = stem.IndexOfAny(Separators, 2); at >= 0; at = stem.IndexOfAny(Separators, at + 1))
            if (directories.Contains(stem[..at]))
                return true;
        return Array.Exists(Separators, s => HasStart(stem + s));
    }

    public static bool IsSource(string archive) =>
        archive.Contains(".orig.tar.", StringComparison.Ordinal)
        || archive.Contains(".debian.tar.", StringComparison.Ordinal);

    // apt-get source leaves zstd_1.5.4.orig.tar.xz and zstd_1.5.4-1.debian.tar.xz beside zstd_1.5.4-1.dsc and the tree.
    public bool HasSourceOf(string archive) => sources.Contains(archive.Split('_')[0]);

    private bool HasStart(string start)
    {
        var at = sorted.BinarySearch(start, StringComparer.Ordinal);
        at = at < 0 ? ~at : at;
        return at < sorted.Count && sorted[at].StartsWith(start, StringComparison.Ordinal);
    }
}
