using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
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
            return Below(
                image, image.Homes.Select(h => (Folder: h, Pattern: pattern[1..])).Concat(ByVariable(image, pattern)));
        if (pattern.StartsWith('$'))
        {
            var name = pattern.Split('/', 2)[0];
            var rest = pattern[name.Length..];
            // GOPATH and CONDA_PKGS_DIRS are lists.
            return Below(
                image,
                (image.Variable(name[1..]) ?? "").Split(':', ',').Where(v => IsSpecific(image, v, rest == "/*"))
                    .Select(v => (v, rest)));
        }

        return pattern.StartsWith("**/", StringComparison.Ordinal)
            ? Anywhere(image, pattern[3..])
            : Below(image.Tree, [FileTree.Root], pattern, wastedToo: false, image.Work);
    }

    /// <param name="tops">Each once.</param>
    /// <param name="wastedToo">Also what only lower layers have.</param>
    public static IEnumerable<int> Below(
        FileTree tree, IEnumerable<int> tops, string pattern, bool wastedToo, WorkBudget work)
    {
        var at = tops;
        foreach (var part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var pieces = part.Split('*').Select(Encoding.UTF8.GetBytes).ToArray();
            at = pieces.Length == 1
                ? at.SelectMany(n => Child(tree, n, pieces[0], wastedToo, work))
                : at.SelectMany(n => Children(tree, n, wastedToo, work).Where(c => IsMatch(tree.NameOf(c), pieces)));
        }

        return at;
    }

    /// <summary>What patterns mean in folders; those that lead to the same folder are looked at once.</summary>
    private static IEnumerable<int> Below(FindingContext image, IEnumerable<(string Folder, string Pattern)> places)
    {
        var seen = new HashSet<(int, string)>();
        foreach (var (folder, pattern) in places)
            if (Folder(image, folder) is var node and >= 0 && seen.Add((node, pattern)))
                foreach (var found in Below(image.Tree, [node], pattern, wastedToo: false, image.Work))
                    yield return found;
    }

    private static int Folder(FindingContext image, string path)
    {
        image.Work.Spend(path.Length + 1);
        var at = FileTree.Root;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            if (image.Tree.Nodes[at].Kind != EntryKind.Directory || (at = image.Tree.Find(at, part)) < 0)
                return -1;
        return at;
    }

    private static IEnumerable<(string Folder, string Pattern)> ByVariable(FindingContext image, string pattern) =>
        from m in XdgVariables
        where pattern.StartsWith(m.Home, StringComparison.Ordinal)
        let value = image.Variable(m.Variable)
        where value is ['/', _, ..]
        select (value, pattern[(m.Home.Length - 1)..]);

    /// <param name="whole">Everything in it is meant.</param>
    private static bool IsSpecific(FindingContext image, string value, bool whole) =>
        value is ['/', ..] && value.Trim('/') is var place && !TooWide.Contains(place)
        && !(whole && (Shared.Contains(place) || image.HomePlaces.Contains(place)));

    /// <summary>Homes and the folders in them that are shared by many, without slashes at their ends.</summary>
    public static HashSet<string> PlacesIn(IReadOnlyList<string> homes) =>
        homes.SelectMany(h => InHomes.Select(f => $"{h}/{f}".Trim('/'))).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<int> Anywhere(FindingContext image, string pattern)
    {
        var first = pattern.Split('/', 2);
        var tops = first[0].StartsWith('*') ? image.Names.Ending(first[0][1..]) : image.Names.Named(first[0]);
        return first.Length == 1 ? tops : Below(image.Tree, tops, first[1], wastedToo: false, image.Work);
    }

    private static IEnumerable<int> Child(FileTree tree, int node, byte[] name, bool wastedToo, WorkBudget work)
    {
        work.Spend(1);
        if ((wastedToo || tree.Nodes[node].Kind == EntryKind.Directory)
            && tree.Child(node, name) is var child and >= 0 && (wastedToo || tree.Nodes[child].Visible))
            yield return child;
    }

    private static IEnumerable<int> Children(FileTree tree, int node, bool wastedToo, WorkBudget work)
    {
        if (!wastedToo && tree.Nodes[node].Kind != EntryKind.Directory)
            yield break;
        var looked = 1;
        for (var c = tree.Nodes[node].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling, looked++)
            if (wastedToo || tree.Nodes[c].Visible)
                yield return c;
        work.Spend(looked);
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
