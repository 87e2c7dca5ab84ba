using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Packages.Lists;

/// <summary>
/// The other names of a file that hard links gave it. Package managers link what they install to a cache (uv, pnpm,
/// bun, conda), whose names tell nothing, or are gone by now.
/// </summary>
internal sealed class LinkNames
{
    private static readonly HashSet<string> Stores = new(StringComparer.Ordinal)
    {
        ".cache", "cache", "caches", "_cacache", "store", ".store", ".pnpm-store", "archive-v0", "pkgs", ".links",
        "objects", "ostree",
    };

    private static readonly HashSet<string> Homes = new(
        StringComparer.Ordinal) { "site-packages", "dist-packages", "node_modules", "specifications" };

    private readonly FileTree tree;
    private readonly WorkBudget work;

    /// <summary>By inode; null when the image has no links.</summary>
    private readonly Dictionary<int, List<int>>? names;

    public LinkNames(FileTree tree, WorkBudget work)
    {
        (this.tree, this.work) = (tree, work);
        work.Spend(tree.Nodes.Length);
        for (var i = 0; i < tree.Nodes.Length; i++)
        {
            ref readonly var node = ref tree.Nodes[i];
            if (!node.LinkName || !node.Visible || node.Inode < 0)
                continue;
            names ??= [];
            if (!names.TryGetValue(node.Inode, out var list))
            {
                work.Hold(100);
                names.Add(node.Inode, list = []);
            }

            work.Hold(sizeof(int));
            list.Add(i);
        }
    }

    /// <summary>Visible names that links gave the file that an entry made.</summary>
    public IReadOnlyList<int> NamesOf(int layer, int ordinal) =>
        names is not null && tree.InodeOf(layer, ordinal) is var inode and >= 0
            && names.TryGetValue(inode, out var list) ? list : [];

    /// <summary>Those of its names that stand where it is used; all when they stand in caches alone.</summary>
    public IReadOnlyList<int> Used(IReadOnlyList<int> all)
    {
        if (all.Count == 1)
            return all;
        var ranks = all.Select(Rank).ToList();
        var best = ranks.Min();
        return [.. all.Where((_, i) => ranks[i] == best)];
    }

    private int Rank(int node)
    {
        var path = tree.PathOf(node);
        work.Spend(path.Length);
        var parts = path.Split('/');
        return (Array.Exists(parts, Stores.Contains) ? 2 : 0) + (Array.Exists(parts, Homes.Contains) ? 0 : 1);
    }
}
