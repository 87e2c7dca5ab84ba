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
    private readonly Lazy<List<(int Link, int Target)>> links;

    public UsedPlaces(FindingContext image)
    {
        this.image = image;
        Start = new StartCommand(image.Facts);
        var paths = Start.Places.Concat(
            image.Facts.Environment.Where(e => !IsOfCache(e))
                .SelectMany(e => e[(e.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(':', ';', ',')));
        foreach (var path in paths.Where(p => p.StartsWith('/')))
            if (Nearest(FileTree.Root, path) is > FileTree.Root and var node)
                named.Add(node);
        links = new(Links);
    }

    public StartCommand Start { get; }

    /// <summary>What the start command and variables name.</summary>
    public IReadOnlySet<int> Named => named;

    /// <returns>What names something at or below these nodes, in words; or null.</returns>
    public string? FindUse(IReadOnlySet<int> tops)
    {
        if (named.Any(n => IsIn(n, tops)))
            return "the start command or an environment variable names a path in it";
        return links.Value.Exists(l => IsIn(l.Target, tops) && !IsIn(l.Link, tops))
            ? "symbolic links from outside point into it"
            : null;
    }

    private bool IsIn(int node, IReadOnlySet<int> tops)
    {
        for (; node > FileTree.Root; node = image.Tree.Nodes[node].Parent)
            if (tops.Contains(node))
                return true;
        return false;
    }

    // They say where the cache is, not that it is read: UV_CACHE_DIR, npm_config_cache.
    private static bool IsOfCache(string variable) =>
        variable.IndexOf('=', StringComparison.Ordinal) is var sign && sign >= 0
        && variable.AsSpan(0, sign).Contains("cache", StringComparison.OrdinalIgnoreCase);

    /// <summary>The node of a path, or of as much of it as there is: /root/.m2/repository/* is a class path.</summary>
    private int Nearest(int at, string path)
    {
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
            .Where(p => p > FileTree.Root)
            .Select(p => PathText.FromName(image.Tree.NameOf(p))).Distinct(StringComparer.Ordinal)
            .Select(n => Encoding.UTF8.GetBytes(n + "/")).ToList();
        var found = new List<(int, int)>();
        for (var n = 0; folders.Count > 0 && n < image.Tree.Nodes.Length; n++)
        {
            ref readonly var node = ref image.Tree.Nodes[n];
            if (!node.Visible || node.Kind != EntryKind.Symlink || node.Ordinal < 0)
                continue;
            var target = image.Tree.Layers[node.Layer].Layer.Entries.LinkTarget(node.Ordinal);
            foreach (var folder in folders)
                if (target.IndexOf(folder) >= 0)
                {
                    var path = PathText.FromName(target);
                    found.Add((n, Nearest(path.StartsWith('/') ? FileTree.Root : node.Parent, path)));
                    break;
                }
        }

        return found;
    }
}
