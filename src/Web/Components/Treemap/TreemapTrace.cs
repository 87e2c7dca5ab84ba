using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Treemaps;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.TreeMapLib;
using Plotly.Blazor.Traces.TreeMapLib.MarkerLib;
using Plotly.Blazor.Traces.TreeMapLib.MarkerLib.PatternLib;

namespace ImageInsight.Web.Components.Treemap;

/// <summary>The tiles of a treemap as plotly.js wants them: texts, colours, and hatching for what is wasted.</summary>
internal sealed class TreemapTrace
{
    private readonly Analysis.Treemaps.Treemap map;
    private readonly int layers;
    private readonly bool estimated;
    private readonly HashSet<string> parents;
    private readonly HashSet<string> wasted;
    private readonly Dictionary<string, int> depths;

    private TreemapTrace(Analysis.Treemaps.Treemap map, int layers, bool estimated)
    {
        this.map = map;
        this.layers = layers;
        this.estimated = estimated;
        parents = [.. map.Tiles.Select(t => t.ParentId)];
        wasted = [.. map.Tiles.Where(t => t.Node?.Wasted == true).Select(t => t.Id)];
        depths = Depths(map.Tiles);
    }

    /// <param name="layers">Of the image, for the colour ramp.</param>
    /// <param name="estimated">Whether pull bytes are estimates.</param>
    public static TreeMap Create(Analysis.Treemaps.Treemap map, int layers, bool estimated) =>
        new TreemapTrace(map, layers, estimated).Create();

    private TreeMap Create()
    {
        var tiles = map.Tiles;
        return new TreeMap
        {
            Ids = [.. tiles.Select(t => (object)t.Id)],
            Parents = [.. tiles.Select(t => (object)t.ParentId)],
            Labels = [.. tiles.Select(t => (object)Label(t))],
            Values = [.. tiles.Select(t => (object)t.Value)],
            Text = [.. tiles.Select(t => (object)SizeText(t))],
            HoverTextArray = [.. tiles.Select(HoverText)],
            HoverInfo = HoverInfoFlag.Text,
            TextInfo = TextInfoFlag.Label | TextInfoFlag.Text,
            TextFont = new TextFont { ColorArray = [.. tiles.Select(t => (object)TextColor(t))] },
            BranchValues = BranchValuesEnum.Total,
            Sort = true,
            MaxDepth = -1,
            PathBar = new PathBar { Visible = false },
            Tiling = new Tiling { Pad = 2 },
            Marker = new Marker
            {
                Colors = [.. tiles.Select(t => (object)Color(t))],
                CornerRadius = 2,
                Line = new Line { Width = 0 },
                Pad = new Pad { T = 20, L = 3, R = 3, B = 3 },
                Pattern = new Pattern
                {
                    ShapeArray = [.. tiles.Select(t => IsHatched(t) ? ShapeEnum.Slash : ShapeEnum.Empty)],
                    FillMode = FillModeEnum.Overlay,
                    Size = 6,
                },
            },
        };
    }

    private static Dictionary<string, int> Depths(IReadOnlyList<Tile> tiles)
    {
        // Parents come before their children.
        var depths = new Dictionary<string, int>(tiles.Count);
        foreach (var tile in tiles)
            depths[tile.Id] = depths.TryGetValue(tile.ParentId, out var above) ? above + 1 : 0;
        return depths;
    }

    private bool IsFrame(Tile tile) => parents.Contains(tile.Id);

    /// <summary>Frames stay plain, so that what they hold can be seen.</summary>
    private bool IsHatched(Tile tile) =>
        !IsFrame(tile) && wasted.Contains(tile.Node is null ? tile.ParentId : tile.Id);

    private string Color(Tile tile) =>
        tile.Node is null ? LayerColors.More
        : !IsFrame(tile) ? LayerColors.ForLayer(tile.Layer, layers)
        : depths[tile.Id] % 2 == 0 ? LayerColors.Frame : LayerColors.InnerFrame;

    private string TextColor(Tile tile) => IsFrame(tile) ? LayerColors.FrameText : LayerColors.TextOn(Color(tile));

    /// <summary>The one that is open has its whole path.</summary>
    private static string Label(Tile tile) =>
        SafeText.ForPlotly(tile.Node is not null && tile.ParentId.Length == 0 ? tile.Id : tile.Label);

    private string SizeText(Tile tile) =>
        map.Measure == Measure.Files ? Bytes.Count(tile.Value)
            : Bytes.Text(tile.Value, estimated && map.Measure == Measure.Pull);

    private string HoverText(Tile tile)
    {
        if (tile.Node is not { } node)
            return $"{tile.MoreCount} smaller entries of {SafeText.ForPlotly(tile.ParentId)}<br>"
                + $"{SizeText(tile)} together; the table lists them";
        var sizes = node.Sizes;
        return $"<b>{SafeText.ForPlotly(node.Path)}</b><br>"
            + $"{Bytes.Text(sizes.DiskBytes)} on disk, {PullText(sizes)} to pull"
            + (sizes.WastedBytes > 0 ? $"<br>{Bytes.Text(sizes.WastedBytes)} wasted" : "")
            + "<br>" + (IsDirectory(node) ? $"{Bytes.Count(sizes.Files)} files, mostly " : "") + $"layer {tile.Layer}";
    }

    /// <summary>plotly.js reads tags in it: a &lt; must not begin one.</summary>
    private string PullText(NodeSizes sizes) => SafeText.ForPlotly(Bytes.Text(sizes.PullBytes, estimated));

    private static bool IsDirectory(NodeSummary node) => node.Kind is EntryKind.Directory or EntryKind.Implied;
}
