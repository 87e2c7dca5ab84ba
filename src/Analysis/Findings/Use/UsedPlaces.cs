using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>
/// Places that the image itself names: by what it starts, by its variables, by symbolic links. A cache with such a
/// place in it is in use.
/// </summary>
internal sealed class UsedPlaces
{
    /// <summary>Beyond, nobody looks.</summary>
    private const int MostInterpreters = 200, MostScripts = 5000;

    private static readonly char[] Breaks =
        [' ', '\t', '\r', '\n', '"', '\'', ';', '&', '|', '(', ')', '=', ':', '<', '>', '`', ','];

    private readonly FindingContext image;
    private readonly HashSet<int> named = [];

    /// <summary>They, and all folders around them.</summary>
    private readonly HashSet<int> around = [];
    private readonly Lazy<List<(int Link, int Target)>> links;
    private readonly Lazy<List<int>> interpreters;
    private readonly Lazy<HashSet<int>> namedByScripts;

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
        var finder = new ProgramFinder(image);
        interpreters = new(() => [.. FirstLines().Distinct().Take(MostInterpreters)
            .SelectMany(l => l.TrimStart('#', '!').Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Distinct().Select(w => finder.Find(w, "/")).Where(n => n >= 0)]);
        namedByScripts = new(() => ReadScripts(finder));
    }

    /// <summary>Of scripts that no package has.</summary>
    private IEnumerable<Capture> Scripts() =>
        Enumerable.Range(0, image.Tree.Layers.Count)
            .SelectMany(l => VisibleFiles.Captures(image, l, ScriptFiles.Kind))
            .Where(c => image.Packages.OwnerOf(image.Tree.Nodes[c.Node].Inode) < 0)
            .Select(c => c.Capture).Take(MostScripts);

    private IEnumerable<string> FirstLines()
    {
        foreach (var script in Scripts().Where(s => s.Bytes.AsSpan().StartsWith("#!"u8)))
        {
            var end = script.Bytes.AsSpan().IndexOf((byte)'\n');
            image.Work.Spend(1);
            yield return Encoding.Latin1.GetString(script.Bytes, 0, Math.Min(end < 0 ? script.Bytes.Length : end, 200));
        }
    }

    private HashSet<int> ReadScripts(ProgramFinder finder)
    {
        var found = new HashSet<int>();
        foreach (var script in Scripts())
        {
            image.Work.Spend(script.Bytes.Length);
            foreach (var word in Encoding.Latin1.GetString(script.Bytes).Split(Breaks).Where(w => w.StartsWith('/')))
                if (finder.Resolve(word) is > FileTree.Root and var node)
                    found.Add(node);
        }

        return found;
    }

    public StartCommand Start { get; }

    /// <summary>The programs that scripts name in their first lines, where no package has the scripts.</summary>
    public IReadOnlyList<int> ScriptInterpreters => interpreters.Value;

    /// <summary>Nodes that scripts name which no package has, started or not.</summary>
    public IReadOnlySet<int> NamedByScripts => namedByScripts.Value;

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
                // What is not there is not used; a pattern or a variable may be all that is there.
                return part.AsSpan().IndexOfAny('*', '$', '?') >= 0 || part.Contains('[', StringComparison.Ordinal)
                    ? at : -1;
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
