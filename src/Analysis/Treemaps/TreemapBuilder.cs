using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Treemaps;

/// <summary>
/// Opens the biggest directories first until the budget of tiles is spent, so that the detail is where the bytes are.
/// </summary>
internal sealed class TreemapBuilder(FileView view, Measure measure, int budget)
{
    /// <summary>Deeper frames are thinner than their labels.</summary>
    private const int MaxDepth = 4;

    /// <summary>A directory of many equal files must not take the whole budget.</summary>
    private const int MaxChildren = 80;

    /// <summary>A tile smaller than this part of the map cannot be hit with a pointer.</summary>
    private const int SmallestPart = 2500;

    private readonly List<Tile> tiles = [];
    private readonly PriorityQueue<(int Tile, int Depth), long> open = new();

    public Treemap Build(int root)
    {
        var total = view.Sizes(root).By(measure);
        Add(root, parentId: "", depth: 0);
        while (tiles.Count < budget && open.TryDequeue(out var next, out _))
            Expand(next.Tile, next.Depth, total / SmallestPart);
        return new Treemap(view.Tree.PathOf(root), measure, Coloured());
    }

    private void Expand(int tile, int depth, long smallest)
    {
        var parent = tiles[tile];
        var children = view.Children(parent.Node!.Node, measure);
        var room = Math.Min(MaxChildren, budget - tiles.Count - 1);
        var drawn = 0;
        foreach (var child in children)
        {
            var value = view.Sizes(child).By(measure);
            if (drawn >= room || value <= 0 || (value < smallest && drawn > 0))
                break;
            Add(child, parent.Id, depth + 1);
            drawn++;
        }

        var left = children.Skip(drawn).Where(c => view.Sizes(c).By(measure) > 0).ToList();
        if (left.Count > 0 && drawn > 0)
            tiles.Add(new Tile(
                parent.Id + "//more", parent.Id, $"{left.Count} more", left.Sum(c => view.Sizes(c).By(measure)),
                null, left.Count, parent.Layer));
    }

    private void Add(int node, string parentId, int depth)
    {
        var summary = view.Describe(node);
        var value = summary.Sizes.By(measure);
        if (depth < MaxDepth && summary.HasChildren)
            open.Enqueue((tiles.Count, depth), -value);
        tiles.Add(new Tile(summary.Path, parentId, summary.Name, value, summary, 0, summary.Layer));
    }

    /// <summary>A directory takes the colour of the layer that has most of what is drawn below it.</summary>
    private List<Tile> Coloured()
    {
        var byId = new Dictionary<string, int>(tiles.Count);
        for (var i = 0; i < tiles.Count; i++)
            byId[tiles[i].Id] = i;
        var weights = new Dictionary<int, long>?[tiles.Count];
        for (var i = tiles.Count - 1; i >= 0; i--)
        {
            if (weights[i] is { } below && tiles[i].Node?.Kind == EntryKind.Directory)
                tiles[i] = tiles[i] with { Layer = below.MaxBy(w => w.Value).Key };
            if (tiles[i].ParentId.Length == 0 || tiles[i].Node is null)
                continue;
            var up = weights[byId[tiles[i].ParentId]] ??= [];
            foreach (var (layer, bytes) in weights[i]
                ?? new Dictionary<int, long> { [tiles[i].Layer] = tiles[i].Value })
                up[layer] = up.GetValueOrDefault(layer) + bytes;
        }

        return tiles;
    }
}
