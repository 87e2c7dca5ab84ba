using ImageInsight.Analysis.FileSystem;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Components.Treemap;
using ImageInsight.Web.Viewing;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ImageInsight.Web.Components.Image;

/// <summary>
/// One analysis, from its first second in the queue to the last tile. Reads only through the viewer and its grant, and
/// knows no tab: see <see cref="ImageTabs"/>.
/// </summary>
public sealed partial class ImageView : ComponentBase
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(700);

    private readonly CancellationTokenSource closed = new();
    private ImageData? data;
    private ImageContext? image;
    private ImageTab tab = ImageTabs.All[0];
    private Dictionary<string, object> tabParameters = [];
    private bool gone;
    private bool bytesGone;
    private StoredLayerException? damage;
    private Task watching = Task.CompletedTask;
    private IJSObjectReference? address;
    private DotNetObjectReference<ImageView>? self;

    [Parameter, EditorRequired]
    public required ViewGrant Grant { get; set; }

    [Parameter]
    public ImageLocation Location { get; set; } = ImageLocation.Start;

    [Parameter, EditorRequired]
    public required MapSize MapSize { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private AnalysisViewer Viewer { get; set; } = null!;

    [Inject]
    private PageRecord PageRecord { get; set; } = null!;

    [Inject]
    private Handover Handover { get; set; } = null!;

    [Inject]
    private AnalysisControl Control { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    private bool IsGuest => Grant.ShareId is not null;

    private bool IsUnderWay => data?.Record.State
        is AnalysisState.Receiving or AnalysisState.Queued or AnalysisState.Running;

    /// <summary>A guest learns of no other analysis.</summary>
    private string DamageText => damage switch
    {
        { ReadAgain: not null } =>
            "What is stored of this image is damaged. It is read again now, and appears here in a moment.",
        _ when IsGuest => "What is stored of this image is damaged, and its bytes are no longer here.",
        _ => damage!.Message,
    };

    /// <summary>There is something to wait for: an end of the analysis, or the database.</summary>
    private bool IsWaiting => !gone && (IsUnderWay
        || (data?.Record.State == AnalysisState.Done && image is null && damage is null or { ReadAgain: not null }));

    private string GoneText => IsGuest
        ? "This link no longer works: it has expired or was revoked."
        : "This analysis was deleted.";

    /// <summary>The person went back or forward.</summary>
    [JSInvokable]
    public async Task MovedAsync(string query)
    {
        Location = ImageLocation.Parse(query);
        await ShowAsync();
        StateHasChanged();
    }

    public async Task GoAsync(ImageLocation location)
    {
        Location = location;
        await ShowAsync();
        // It is asked for by a tab, after whose events only the tab itself would be drawn.
        StateHasChanged();
        if (!gone && address is not null)
            await address.InvokeVoidAsync("push", closed.Token, Location.ToQuery());
    }

    public async Task RevealMapAsync()
    {
        if (address is not null)
            await address.InvokeVoidAsync("reveal", closed.Token);
    }

    public async Task RevealFindingAsync(string id)
    {
        if (address is not null)
            await address.InvokeVoidAsync("revealFinding", closed.Token, id);
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (address is not null)
            {
                await address.InvokeVoidAsync("stop");
                await address.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its listeners with it.
        }

        self?.Dispose();
        closed.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive && Handover.Take<ImageData>(Grant) is { } drawn)
        {
            data = drawn;
            if (drawn.Tree is not null)
                Show(drawn.Tree);
            return;
        }

        await LoadAsync();
        if (!RendererInfo.IsInteractive && data is not null && !gone)
            Handover.Keep(Grant, data, data.MemoryBytes);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        address = await Script.InvokeAsync<IJSObjectReference>(
            "import", closed.Token, "./Components/Image/ImageView.razor.js");
        await address.InvokeVoidAsync("start", closed.Token, self);
        watching = WatchAsync();
    }

    private async Task WatchAsync()
    {
        while (IsWaiting)
        {
            await Task.Delay(Interval, closed.Token);
            // A database that is away for a moment is asked again.
            await LoadAsync().ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            StateHasChanged();
        }
    }

    private async Task LoadAsync()
    {
        var record = PageRecord.Take(Grant) ?? await Viewer.FindAsync(Grant, closed.Token);
        gone = record is null;
        data = record is null ? null : await ReadAsync(record);
        if (record?.State == AnalysisState.Done)
            await ShowAsync();
    }

    private async Task<ImageData> ReadAsync(AnalysisRecord record)
    {
        var read = new ImageData(record);
        if (record.State != AnalysisState.Done)
            return read;
        return read with
        {
            Findings = await Viewer.FindingsAsync(Grant, closed.Token) ?? [],
            LeanerBases = await Viewer.LeanerBasesAsync(Grant, record.Summary!, closed.Token),
            Packages = await Viewer.PackagesAsync(Grant, closed.Token),
        };
    }

    /// <summary>Shows the place that the location says, unless the analysis is gone.</summary>
    private async Task ShowAsync()
    {
        try
        {
            // Asked for each time: the tree is cached, and a share may have ended since.
            if (data is null || await Viewer.TreeAsync(Grant, closed.Token) is not { } tree)
                gone = true;
            else
                Show(tree);
            damage = null;
        }
        catch (StoredLayerException e)
        {
            (damage, image) = (e, null);
        }
    }

    private void Show(FileTree tree)
    {
        if (data!.Tree != tree)
            data = data with { Tree = tree };
        Location = Location.Within(data.Record.Summary!);
        var part = image?.Part;
        if (part is null || part.Data != data || part.Of != Location.Of)
            part = new ShownPart(data, Location.Of);
        image = new ImageContext(Grant, part, Location, this)
        {
            MapSize = MapSize,
            PagePath = new Uri(Navigation.Uri).AbsolutePath,
        };
        tab = ImageTabs.Find(Location.Tab);
        tabParameters = new() { ["Image"] = image };
    }

    private async Task CancelAsync()
    {
        if (IsGuest)
            return;
        await Control.CancelAsync(Grant.AnalysisId, closed.Token);
        await LoadAsync();
    }

    private async Task RetryAsync()
    {
        if (IsGuest)
            return;
        var answer = await Control.RetryAsync(Grant.AnalysisId, closed.Token);
        if (answer is ChangeAnswer.BytesGone or ChangeAnswer.CredentialGone)
        {
            bytesGone = true;
            return;
        }

        await LoadAsync();
        watching = WatchAsync();
    }
}
