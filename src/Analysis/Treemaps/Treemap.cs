using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Treemaps;

/// <summary>What to draw at a node for a budget of tiles.</summary>
/// <param name="Tiles">The root tile first; parents before their children.</param>
public sealed record Treemap(string Path, Measure Measure, IReadOnlyList<Tile> Tiles)
{
    /// <summary>plotly.js takes about 1.2 ms a tile, so more than this is felt.</summary>
    public const int DefaultBudget = 400;

    public static Treemap Build(FileView view, int node, Measure measure, int budget = DefaultBudget) =>
        new TreemapBuilder(view, measure, budget).Build(node);
}

/// <param name="Id">Unique within the treemap; the path, or the parent's path and a mark for a "more" tile.</param>
/// <param name="ParentId">Empty for the root tile.</param>
/// <param name="Value">In the treemap's measure. A directory's is at least the sum of its tiles'; what it has beyond
/// them is its own.</param>
/// <param name="Node">What it shows; null for a "more" tile.</param>
/// <param name="MoreCount">Nodes that a "more" tile stands for, else 0.</param>
/// <param name="Layer">The layer with most of the tile's bytes among those drawn below it, for its colour.</param>
public sealed record Tile(
    string Id, string ParentId, string Label, long Value, NodeSummary? Node, int MoreCount, int Layer);
