using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings;

/// <summary>
/// The paths of the data tables. <c>~</c> is every home directory, <c>$NAME</c> the value of a variable of the image,
/// <c>**/</c> any directory, <c>*</c> any part of one name: <c>/var/cache/apt/*pkgcache.bin</c>, <c>**/node_modules/.cache</c>.
/// </summary>
internal static class PathPattern
{
    /// <summary>A variable that means one of these places, as the whole of it, is not believed.</summary>
    private static readonly HashSet<string> TooWide = new(StringComparer.Ordinal)
    {
        "", "app", "bin", "boot", "data", "etc", "home", "lib", "lib64", "opt", "root", "sbin", "src", "srv", "usr", "usr/bin", "usr/lib", "usr/local",
        "usr/share", "usr/src", "usr/src/app", "var", "var/lib", "work", "workspace",
    };

    public static IEnumerable<int> Match(FindingContext image, string pattern)
    {
        if (pattern.StartsWith('~'))
            return image.Homes.SelectMany(h => Below(image.Tree, FileTree.Root, h.TrimEnd('/') + pattern[1..], hidden: false));
        if (pattern.StartsWith('$'))
        {
            var name = pattern.Split('/', 2)[0];
            return image.Variable(name[1..]) is ['/', ..] value && !TooWide.Contains(value.Trim('/'))
                ? Below(image.Tree, FileTree.Root, value + pattern[name.Length..], hidden: false)
                : [];
        }

        return pattern.StartsWith("**/", StringComparison.Ordinal)
            ? Anywhere(image, pattern[3..])
            : Below(image.Tree, FileTree.Root, pattern, hidden: false);
    }

    /// <param name="hidden">Also what only lower layers have.</param>
    public static IEnumerable<int> Below(FileTree tree, int top, string pattern, bool hidden)
    {
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<int> at = [top];
        foreach (var part in parts)
        {
            var stars = part.Split('*').Select(Encoding.UTF8.GetBytes).ToArray();
            at = at.SelectMany(n => Children(tree, n, hidden).Where(c => IsMatch(tree.NameOf(c), stars)));
        }

        return at;
    }

    private static IEnumerable<int> Anywhere(FindingContext image, string pattern)
    {
        var first = pattern.Split('/', 2);
        var tops = first[0].StartsWith('*') ? image.Names.Ending(first[0][1..]) : image.Names.Named(first[0]);
        return first.Length == 1 ? tops : tops.SelectMany(t => Below(image.Tree, t, first[1], hidden: false));
    }

    private static IEnumerable<int> Children(FileTree tree, int node, bool hidden)
    {
        if (!hidden && tree.Nodes[node].Kind != EntryKind.Directory)
            yield break;
        for (var c = tree.Nodes[node].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling)
            if (hidden || tree.Nodes[c].Visible)
                yield return c;
    }

    /// <summary>The pieces between the stars stand in the name one after the other; the outer ones at its ends.</summary>
    private static bool IsMatch(ReadOnlySpan<byte> name, byte[][] pieces)
    {
        if (pieces.Length == 1)
            return name.SequenceEqual(pieces[0]);
        if (!name.StartsWith(pieces[0]))
            return false;
        name = name[pieces[0].Length..];
        foreach (var piece in pieces.AsSpan(1..^1))
        {
            var at = name.IndexOf(piece);
            if (at < 0)
                return false;
            name = name[(at + piece.Length)..];
        }

        return name.EndsWith(pieces[^1]);
    }
}
