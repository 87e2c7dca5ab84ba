using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings;

/// <summary>
/// The paths of the data tables. <c>~</c> is every home directory (XDG_CACHE_HOME for what is in its .cache, too),
/// <c>$NAME</c> the value of a variable of the image,
/// <c>**/</c> any directory, <c>*</c> any part of one name: <c>/var/cache/apt/*pkgcache.bin</c>,
/// <c>**/node_modules/.cache</c>.
/// </summary>
internal static class PathPattern
{
    /// <summary>A variable that means one of these places, as the whole of it, is ignored.</summary>
    private static readonly HashSet<string> TooWide = new(StringComparer.Ordinal)
    {
        "", "app", "bin", "boot", "data", "etc", "home", "lib", "lib64", "opt", "root", "sbin", "src", "srv", "usr",
        "usr/bin", "usr/lib", "usr/local", "usr/share", "usr/src", "usr/src/app", "var", "var/lib", "var/www",
        "var/www/html", "work", "workspace",
    };

    /// <summary>These are shared by many: ignored where everything in them would be meant.</summary>
    private static readonly HashSet<string> Shared = new(
        StringComparer.Ordinal) { "tmp", "var/tmp", "var/cache", "run", "var/run", "mnt", "media", "dev/shm" };

    private static readonly string[] InHomes = ["", ".cache", ".config", ".local", ".local/share", ".local/state"];

    /// <summary>Where programs that follow the XDG base directories look instead of in a home.</summary>
    private static readonly (string Home, string Variable)[] XdgVariables =
    [
        ("~/.cache/", "XDG_CACHE_HOME"), ("~/.local/share/", "XDG_DATA_HOME")
    ];

    public static IEnumerable<int> Match(FindingContext image, string pattern)
    {
        if (pattern.StartsWith('~'))
            return image.Homes.Select(h => h.TrimEnd('/') + pattern[1..]).Concat(ByVariable(image, pattern))
                .SelectMany(p => Below(image.Tree, FileTree.Root, p, wastedToo: false));
        if (pattern.StartsWith('$'))
        {
            var name = pattern.Split('/', 2)[0];
            // GOPATH and CONDA_PKGS_DIRS are lists.
            return (image.Variable(name[1..]) ?? "").Split(':', ',')
                .Where(v => IsSpecific(image, v, pattern[name.Length..] == "/*"))
                .SelectMany(v => Below(image.Tree, FileTree.Root, v + pattern[name.Length..], wastedToo: false));
        }

        return pattern.StartsWith("**/", StringComparison.Ordinal)
            ? Anywhere(image, pattern[3..])
            : Below(image.Tree, FileTree.Root, pattern, wastedToo: false);
    }

    /// <param name="wastedToo">Also what only lower layers have.</param>
    public static IEnumerable<int> Below(FileTree tree, int top, string pattern, bool wastedToo)
    {
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<int> at = [top];
        foreach (var part in parts)
        {
            var stars = part.Split('*').Select(Encoding.UTF8.GetBytes).ToArray();
            at = at.SelectMany(n => Children(tree, n, wastedToo).Where(c => IsMatch(tree.NameOf(c), stars)));
        }

        return at;
    }

    private static IEnumerable<string> ByVariable(FindingContext image, string pattern) =>
        from m in XdgVariables
        where pattern.StartsWith(m.Home, StringComparison.Ordinal)
        let value = image.Variable(m.Variable)
        where value is ['/', _, ..]
        select value.TrimEnd('/') + pattern[(m.Home.Length - 1)..];

    /// <param name="whole">Everything in it is meant.</param>
    private static bool IsSpecific(FindingContext image, string value, bool whole) =>
        value is ['/', ..] && value.Trim('/') is var place && !TooWide.Contains(place)
        && !(whole && (Shared.Contains(place)
            || image.Homes.Any(h => InHomes.Any(f => place == $"{h}/{f}".Trim('/')))));

    private static IEnumerable<int> Anywhere(FindingContext image, string pattern)
    {
        var first = pattern.Split('/', 2);
        var tops = first[0].StartsWith('*') ? image.Names.Ending(first[0][1..]) : image.Names.Named(first[0]);
        return first.Length == 1 ? tops : tops.SelectMany(t => Below(image.Tree, t, first[1], wastedToo: false));
    }

    private static IEnumerable<int> Children(FileTree tree, int node, bool wastedToo)
    {
        if (!wastedToo && tree.Nodes[node].Kind != EntryKind.Directory)
            yield break;
        for (var c = tree.Nodes[node].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling)
            if (wastedToo || tree.Nodes[c].Visible)
                yield return c;
    }

    /// <summary>
    /// The pieces between the stars stand in the name one after the other; the outer ones at its ends.
    /// </summary>
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
