using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>
/// Places that the image itself names: by what it starts, by its variables, by symbolic links. A cache with such a
/// place in it is in use.
/// </summary>
internal sealed class UsedPlaces
{
    private readonly FindingContext image;
    private readonly HashSet<int> named = [];

    /// <summary>They, and all folders around them.</summary>
    private readonly HashSet<int> around = [];
    private readonly Lazy<List<(int Link, int Target)>> links;

    public UsedPlaces(FindingContext image)
    {
        this.image = image;
        Start = new StartCommand(image);
        var paths = Start.Places.Concat(
            image.Facts.Environment.Where(e => !IsOfCache(e))
                .SelectMany(e => e[(e.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(':', ';', ',')));
        foreach (var path in paths.Where(p => p.StartsWith('/')))
            if (Nearest(FileTree.Root, path) is > FileTree.Root and var node)
                named.Add(node);
        foreach (var node in named)
            for (var n = node; n > FileTree.Root && around.Add(n); n = image.Tree.Nodes[n].Parent)
                image.Work.Spend(1);
        links = new(Links);
    }

    public StartCommand Start { get; }

    /// <summary>What the start command and variables name.</summary>
    public IReadOnlySet<int> Named => named;

    /// <returns>What names something at or below these nodes, in words; or null.</returns>
    public string? FindUse(IReadOnlySet<int> tops)
    {
        image.Work.Spend(tops.Count + links.Value.Count);
        if (tops.Any(around.Contains))
            return "the start command or an environment variable names a path in it";
        var inTops = image.In(tops);
        return links.Value.Exists(l => inTops.Has(l.Target) && !inTops.Has(l.Link))
            ? "symbolic links from outside point into it"
            : null;
    }

    /// <returns>Those of some nodes that something names, itself or below it.</returns>
    /// <param name="tops">None lies in another.</param>
    public IReadOnlySet<int> Among(IReadOnlySet<int> tops)
    {
        image.Work.Spend(tops.Count + links.Value.Count);
        var found = tops.Where(around.Contains).ToHashSet();
        var inTops = image.In(tops);
        foreach (var (link, target) in links.Value)
            if (inTops.TopOf(target) is >= 0 and var top && inTops.TopOf(link) != top)
                found.Add(top);
        return found;
    }

    // They say where the cache is, not that it is read: UV_CACHE_DIR, npm_config_cache.
    private static bool IsOfCache(string variable) =>
        variable.IndexOf('=', StringComparison.Ordinal) is var sign && sign >= 0
        && variable.AsSpan(0, sign).Contains("cache", StringComparison.OrdinalIgnoreCase);

    /// <summary>The node of a path, or of as much of it as there is: /root/.m2/repository/* is a class path.</summary>
    private int Nearest(int at, string path)
    {
        image.Work.Spend(path.Length);
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != "."))
        {
            var next = part == ".." ? Math.Max(image.Tree.Nodes[at].Parent, FileTree.Root) : image.Tree.Find(at, part);
            if (next < 0)
                break;
            at = next;
        }

        return at;
    }

    /// <summary>
    /// Of those that may lead into a cache, by the name of the folder that holds it; the rest is of no interest.
    /// </summary>
    private List<(int Link, int Target)> Links()
    {
        var folders = image.Caches.SelectMany(c => c.Tops).Select(t => image.Tree.Nodes[t].Parent)
            .Where(p => p > FileTree.Root).Distinct()
            .Select(p => Encoding.Latin1.GetString(image.Tree.NameOf(p))).ToHashSet(StringComparer.Ordinal);
        image.Work.Spend(folders.Count);
        var found = new List<(int, int)>();
        if (folders.Count == 0)
            return found;
        image.Work.Spend(image.Tree.Nodes.Length);
        var names = folders.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var n = 0; n < image.Tree.Nodes.Length; n++)
        {
            ref readonly var node = ref image.Tree.Nodes[n];
            if (!node.Visible || node.Kind != EntryKind.Symlink || node.Ordinal < 0)
                continue;
            var target = image.Tree.Layers[node.Layer].Layer.Entries.LinkTarget(node.Ordinal);
            if (!Names(target, names))
                continue;
            var path = PathText.FromName(target);
            found.Add((n, Nearest(path.StartsWith('/') ? FileTree.Root : node.Parent, path)));
        }

        return found;
    }

    /// <summary>One of its folders has one of the names.</summary>
    private static bool Names(ReadOnlySpan<byte> target, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> names)
    {
        const int MostOnStack = 1024;
        var text = target.Length <= MostOnStack ? stackalloc char[target.Length] : new char[target.Length];
        Encoding.Latin1.GetChars(target, text);
        for (var slash = text.IndexOf('/'); slash >= 0; slash = text.IndexOf('/'))
        {
            if (names.Contains(text[..slash]))
                return true;
            text = text[(slash + 1)..];
        }

        return false;
    }
}
