using ImageInsight.Analysis.FileSystem.Ledger;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Plotly.Blazor;
using Plotly.Blazor.ConfigLib;
using Plotly.Blazor.LayoutLib;

namespace ImageInsight.Web.Components.Treemap;

/// <summary>
/// A treemap: drawn by the server at once (<see cref="TreemapDrawing"/>), and by plotly.js from the first touch of it
/// on. The page opens directories, so plotly's own zoom is switched off.
/// </summary>
public sealed partial class TreemapChart : ComponentBase
{
    private readonly string hostId = "treemap-" + Guid.NewGuid().ToString("N")[..8];
    private readonly string chartId = "plot-" + Guid.NewGuid().ToString("N")[..8];
    private readonly Config config = new() { DisplayModeBar = DisplayModeBarEnum.False, Responsive = true };
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
    private MapSize size = null!;
    private bool takenOver;
    private bool attached;
    private bool stale;
    private bool closed;
    private IJSObjectReference? module;
    private DotNetObjectReference<TreemapChart>? self;

    [Parameter, EditorRequired]
    public required Analysis.Treemaps.Treemap Map { get; set; }

    /// <summary>Layers of the image, for the colour ramp.</summary>
    [Parameter]
    public int Layers { get; set; }

    /// <summary>Whether pull bytes are estimates.</summary>
    [Parameter]
    public bool Estimated { get; set; }

    /// <summary>To lay it out for, until the window says what there is.</summary>
    [Parameter, EditorRequired]
    public required MapSize StartSize { get; set; }

    /// <summary>The address of a path's own map.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string> LinkTo { get; set; }

    [Parameter]
    public EventCallback<string> OnOpen { get; set; }

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    private bool IsEmpty => Map.Tiles[0].Value == 0;

    private string EmptyText =>
        Map.Measure == Measure.Wasted ? "Nothing here is wasted." : "There are no bytes here.";

    [JSInvokable]
    public void Resized(int width, int height)
    {
        if (MapSize.Parse($"{width}x{height}") is not { } now || now == size)
            return;
        size = now;
        StateHasChanged();
    }

    /// <summary>From the first touch on it is plotly's.</summary>
    [JSInvokable]
    public void TakeOver()
    {
        takenOver = true;
        StateHasChanged();
    }

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
        size ??= StartSize;
        if (ReferenceEquals(drawn, Map))
            return;
        drawn = Map;
        data = [TreemapTrace.Create(Map, new TileLook(Map, Layers, Estimated))];
        stale = true;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            module = await Script.InvokeAsync<IJSObjectReference>(
                "import", "./Components/Treemap/TreemapChart.razor.js");
            // The person may have gone to another tab in the meantime.
            if (closed)
                await DisposeAsync();
            else
                await module.InvokeVoidAsync("attach", hostId, self);
        }
        else if (takenOver && !attached && !closed && module is not null)
        {
            // The chart draws itself the first time.
            (attached, stale) = (true, false);
            await module.InvokeVoidAsync("follow", hostId, chartId);
        }
        else if (stale && !closed && chart is not null)
        {
            stale = false;
            await chart.React();
        }
    }
}
