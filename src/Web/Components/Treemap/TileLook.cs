using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Treemaps;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;

namespace ImageInsight.Web.Components.Treemap;

/// <summary>What tiles look like, whoever draws them: texts, colours, and hatching for what is wasted.</summary>
internal sealed class TileLook
{
    private readonly Analysis.Treemaps.Treemap map;
    private readonly int layers;
    private readonly bool estimated;
    private readonly HashSet<string> parents;
    private readonly HashSet<string> wasted;
    private readonly Dictionary<string, int> depths;

    /// <param name="layers">Of the image, for the colour ramp.</param>
    /// <param name="estimated">Whether pull bytes are estimates.</param>
    public TileLook(Analysis.Treemaps.Treemap map, int layers, bool estimated)
    {
        this.map = map;
        this.layers = layers;
        this.estimated = estimated;
        parents = [.. map.Tiles.Select(t => t.ParentId)];
        wasted = [.. map.Tiles.Where(t => t.Node?.Wasted == true).Select(t => t.Id)];
        depths = Depths(map.Tiles);
    }

    /// <summary>Whether it is drawn around others.</summary>
    public bool IsFrame(Tile tile) => parents.Contains(tile.Id);

    /// <summary>Frames in frames take turns.</summary>
    public bool IsInner(Tile tile) => depths[tile.Id] % 2 == 1;

    /// <summary>Frames stay plain, so that what they hold can be seen.</summary>
    public bool IsHatched(Tile tile) =>
        !IsFrame(tile) && wasted.Contains(tile.Node is null ? tile.ParentId : tile.Id);

    /// <summary>Of a tile that is no frame.</summary>
    public string Color(Tile tile) =>
        tile.Node is null ? LayerColors.More : LayerColors.ForLayer(tile.Layer, layers);

    /// <summary>The one that is open has its whole path.</summary>
    public static string Label(Tile tile) =>
        tile.Node is not null && tile.ParentId.Length == 0 ? tile.Id : tile.Label;

    public string SizeText(Tile tile) =>
        map.Measure == Measure.Files ? Bytes.Count(tile.Value)
            : Bytes.Text(tile.Value, estimated && map.Measure == Measure.Pull);

    /// <summary>What more there is to say of it; the first line is its path, as it stands in the image.</summary>
    public IReadOnlyList<string> Lines(Tile tile)
    {
        if (tile.Node is not { } node)
            return
            [
                $"{tile.MoreCount} smaller entries of {tile.ParentId}",
                $"{SizeText(tile)} together; the table lists them",
            ];
        var sizes = node.Sizes;
        List<string> lines =
        [
            node.Path, $"{Bytes.Text(sizes.DiskBytes)} on disk, {Bytes.Text(sizes.PullBytes, estimated)} to pull",
        ];
        if (sizes.WastedBytes > 0)
            lines.Add($"{Bytes.Text(sizes.WastedBytes)} wasted");
        lines.Add((IsDirectory(node) ? $"{Bytes.Count(sizes.Files)} files, mostly " : "") + $"layer {tile.Layer}");
        return lines;
    }

    private static Dictionary<string, int> Depths(IReadOnlyList<Tile> tiles)
    {
        // Parents come before their children.
        var depths = new Dictionary<string, int>(tiles.Count);
        foreach (var tile in tiles)
            depths[tile.Id] = depths.TryGetValue(tile.ParentId, out var above) ? above + 1 : 0;
        return depths;
    }

    private static bool IsDirectory(NodeSummary node) => node.Kind is EntryKind.Directory or EntryKind.Implied;
}
