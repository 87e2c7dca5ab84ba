using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Treemaps;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.TreeMapLib;
using Plotly.Blazor.Traces.TreeMapLib.MarkerLib;
using Plotly.Blazor.Traces.TreeMapLib.MarkerLib.PatternLib;

namespace ImageInsight.Web.Components.Treemap;

/// <summary>Draws a treemap with plotly.js. Going in and out is the page's doing, so plotly's own is switched off.</summary>
public sealed partial class TreemapChart : ComponentBase
{
    private readonly string hostId = "treemap-" + Guid.NewGuid().ToString("N")[..8];
    private readonly string chartId = "plot-" + Guid.NewGuid().ToString("N")[..8];
    private readonly Config config = new() { DisplayModeBar = Plotly.Blazor.ConfigLib.DisplayModeBarEnum.False, Responsive = true };
    private readonly Plotly.Blazor.Layout layout = new()
    {
        Margin = new Margin { T = 0, L = 0, R = 0, B = 0 },
        PaperBgColor = "rgba(0,0,0,0)",
        Font = new Font { Family = "system-ui, sans-serif", Size = 12 },
        AutoSize = true,
    };

    private PlotlyChart? chart;
    private IList<ITrace> data = [];
    private Analysis.Treemaps.Treemap? drawn;
    private bool stale;
    private bool closed;
    private IJSObjectReference? module;
    private DotNetObjectReference<TreemapChart>? self;

    [Parameter, EditorRequired]
    public required Analysis.Treemaps.Treemap Map { get; set; }

    /// <summary>Layers of the image, for the colour ramp.</summary>
    [Parameter]
    public int Layers { get; set; }

    [Parameter]
    public EventCallback<string> OnOpen { get; set; }

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    [JSInvokable]
    public async Task TileClickedAsync(string id)
    {
        // The frame that is open leads out again.
        if (id == Map.Path)
        {
            if (id != "/")
                await OnOpen.InvokeAsync(id[..Math.Max(1, id.LastIndexOf('/'))]);
            return;
        }

        if (Map.Tiles.FirstOrDefault(t => t.Id == id) is not { } tile)
            return;
        if (tile.Node is { HasChildren: true })
            await OnOpen.InvokeAsync(tile.Id);
        else if (tile.ParentId.Length > 0 && tile.ParentId != Map.Path)
            // A file, or the rest of a directory: go where it lies.
            await OnOpen.InvokeAsync(tile.ParentId);
    }

    public async ValueTask DisposeAsync()
    {
        closed = true;
        try
        {
            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone already.
        }

        self?.Dispose();
    }

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(drawn, Map))
            return;
        drawn = Map;
        data = [Trace()];
        stale = true;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            module = await Script.InvokeAsync<IJSObjectReference>("import", "./Components/Treemap/TreemapChart.razor.js");
            // The person may have gone to another tab in the meantime.
            if (closed)
            {
                await DisposeAsync();
                return;
            }

            await module.InvokeVoidAsync("attach", chartId, self);
            stale = false;
        }
        else if (stale && !closed && chart is not null)
        {
            stale = false;
            await chart.React();
        }
    }

    private TreeMap Trace()
    {
        var tiles = Map.Tiles;
        var parents = tiles.Select(t => t.ParentId).ToHashSet();
        var depths = Depths(tiles);
        var dead = tiles.Where(t => t.Node?.Wasted == true).Select(t => t.Id).ToHashSet();
        var colors = tiles.Select(Colour).ToList();
        return new TreeMap
        {
            Ids = [.. tiles.Select(t => (object)t.Id)],
            Parents = [.. tiles.Select(t => (object)t.ParentId)],
            Labels = [.. tiles.Select(t => (object)SafeText.ForPlotly(t.Node is null ? t.Label : t.ParentId.Length == 0 ? t.Id : t.Label))],
            Values = [.. tiles.Select(t => (object)t.Value)],
            Text = [.. tiles.Select(t => (object)SizeText(t))],
            HoverTextArray = [.. tiles.Select(Hover)],
            HoverInfo = HoverInfoFlag.Text,
            TextInfo = TextInfoFlag.Label | TextInfoFlag.Text,
            TextFont = new TextFont { ColorArray = [.. tiles.Select((t, i) => (object)(parents.Contains(t.Id) ? LayerColors.FrameText : LayerColors.TextOn(colors[i])))] },
            BranchValues = BranchValuesEnum.Total,
            Sort = true,
            MaxDepth = -1,
            PathBar = new PathBar { Visible = false },
            Tiling = new Tiling { Pad = 2 },
            Marker = new Marker
            {
                Colors = [.. colors.Cast<object>()],
                CornerRadius = 2,
                Line = new Line { Width = 0 },
                Pad = new Pad { T = 20, L = 3, R = 3, B = 3 },
                Pattern = new Pattern
                {
                    ShapeArray = [.. tiles.Select(t => IsDead(t) ? ShapeEnum.Slash : ShapeEnum.Empty)],
                    FillMode = FillModeEnum.Overlay,
                    Size = 6,
                },
            },
        };

        // Frames stay plain, so that what they hold can be seen.
        bool IsDead(Tile tile) => !parents.Contains(tile.Id) && dead.Contains(tile.Node is null ? tile.ParentId : tile.Id);

        string Colour(Tile tile) =>
            tile.Node is null ? LayerColors.More
            : !parents.Contains(tile.Id) ? LayerColors.Of(tile.Layer, Layers)
            : depths[tile.Id] % 2 == 0 ? LayerColors.Frame : LayerColors.InnerFrame;
    }

    private static Dictionary<string, int> Depths(IReadOnlyList<Tile> tiles)
    {
        // Parents come before their children.
        var depths = new Dictionary<string, int>(tiles.Count);
        foreach (var tile in tiles)
            depths[tile.Id] = depths.TryGetValue(tile.ParentId, out var above) ? above + 1 : 0;
        return depths;
    }

    private string SizeText(Tile tile) => Map.Measure == Measure.Files ? Bytes.Count(tile.Value) : Bytes.Text(tile.Value);

    private string Hover(Tile tile)
    {
        if (tile.Node is not { } node)
            return $"{tile.MoreCount} smaller entries of {SafeText.ForPlotly(tile.ParentId)}<br>{SizeText(tile)} together; the table lists them";
        var s = node.Sizes;
        return $"<b>{SafeText.ForPlotly(node.Path)}</b><br>{Bytes.Text(s.DiskBytes)} on disk, {Bytes.Text(s.PullBytes)} to pull" +
            (s.WastedBytes > 0 ? $"<br>{Bytes.Text(s.WastedBytes)} hidden by later layers" : "") +
            $"<br>{(node.Kind is EntryKind.Directory or EntryKind.Implied ? $"{Bytes.Count(s.Files)} files, mostly " : "")}layer {tile.Layer}";
    }
}
