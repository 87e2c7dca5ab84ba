using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Viewing;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ImageInsight.Web.Components.Image;

/// <summary>One analysis, from its first second in the queue to the last tile. Reads only through the viewer and its grant.</summary>
public sealed partial class ImageView : ComponentBase
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(700);

    private readonly CancellationTokenSource closed = new();
    private AnalysisRecord? record;
    private IReadOnlyList<Finding> findings = [];
    private IReadOnlyList<LeanerBase> leaner = [];
    private PackageList? packages;
    private FileView? view;
    private ImagePart viewOf;
    private long canGo;
    private (IReadOnlyList<Finding> Findings, ImagePart Of)? canGoOf;
    private Analysis.Treemaps.Treemap? map;
    private int node;
    private string shownPath = "/";
    private bool missing;
    private bool gone;
    private bool bytesGone;
    private Task watching = Task.CompletedTask;
    private IJSObjectReference? address;
    private DotNetObjectReference<ImageView>? self;

    [Parameter, EditorRequired]
    public required ViewGrant Grant { get; set; }

    [Parameter]
    public Place Place { get; set; } = Place.Start;

    [Inject]
    private AnalysisViewer Viewer { get; set; } = null!;

    [Inject]
    private PageRecord PageRecord { get; set; } = null!;

    [Inject]
    private Handover Handover { get; set; } = null!;

    [Inject]
    private AnalysisControl Control { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    /// <summary>The person went back or forward.</summary>
    [JSInvokable]
    public async Task MovedAsync(string query)
    {
        Place = Place.Parse(query);
        await ShowAsync();
        StateHasChanged();
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
        if (RendererInfo.IsInteractive && Handover.Take<Drawn>(Grant) is { } drawn)
        {
            (record, findings, leaner, packages) = (drawn.Record, drawn.Findings, drawn.Leaner, drawn.Packages);
            if (drawn.Tree is not null)
                Show(drawn.Tree);
            return;
        }

        await LoadAsync();
        if (!RendererInfo.IsInteractive && record is not null && !gone)
        {
            var shown = new Drawn(record, view?.Tree, findings, leaner, packages);
            Handover.Keep(Grant, shown, shown.MemoryBytes);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        address = await Script.InvokeAsync<IJSObjectReference>("import", closed.Token, "./Components/Image/ImageView.razor.js");
        await address.InvokeVoidAsync("start", closed.Token, self);
        watching = WatchAsync();
    }

    private async Task WatchAsync()
    {
        while (!gone && (record?.State is AnalysisState.Queued or AnalysisState.Running || (record?.State == AnalysisState.Done && view is null)))
        {
            await Task.Delay(Interval, closed.Token);
            // A database that is away for a moment is asked again.
            await LoadAsync().ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            StateHasChanged();
        }
    }

    private async Task LoadAsync()
    {
        var found = PageRecord.Take(Grant) ?? await Viewer.FindAsync(Grant, closed.Token);
        if (found?.State == AnalysisState.Done)
        {
            findings = await Viewer.FindingsAsync(Grant, closed.Token) ?? [];
            leaner = await Viewer.LeanerBasesAsync(Grant, found.Summary!, closed.Token);
            packages = await Viewer.PackagesAsync(Grant, closed.Token);
        }

        record = found;
        gone = found is null;
        if (found?.State == AnalysisState.Done)
            await ShowAsync();
    }

    /// <summary>Makes the view, the treemap and the table of the place.</summary>
    private async Task ShowAsync()
    {
        // Asked for each time: the tree is cached, and a share may have ended since.
        if (record is null || await Viewer.TreeAsync(Grant, closed.Token) is not { } tree)
            gone = true;
        else
            Show(tree);
    }

    private void Show(FileTree tree)
    {
        if (Place.Layer >= tree.Layers.Count)
            Place = Place with { Layer = null };
        if (record!.Summary is not { Base.Layers: > 0 })
            Place = Place with { Of = ImagePart.All };
        if (view?.Tree != tree || view.Layer != Place.Layer || viewOf != Place.Of)
            view = Place.Layer is { } layer ? FileView.OfLayer(tree, layer) : Place.Of.View(tree, record.Summary!.Base);
        viewOf = Place.Of;
        if (canGoOf != (findings, Place.Of))
        {
            canGoOf = (findings, Place.Of);
            var likely = findings.Where(f => f.Confidence >= Confidence.Probable && Place.Of.HasFinding(record.Summary!.Base, f));
            canGo = tree.Ledger.DiskBytes - Simulation.Without(tree.Layers, likely.Select(f => f.Bodies)).DiskBytes;
        }

        missing = !view.TryFind(Place.Path, out node);
        var path = Place.Path;
        while (!view.TryFind(path, out node) || (!view.Describe(node).HasChildren && node != FileTree.Root))
            path = path[..Math.Max(path.LastIndexOf('/'), 0)] is { Length: > 0 } up ? up : "/";
        shownPath = view.Describe(node).Path;
        map = Analysis.Treemaps.Treemap.Build(view, node, Place.Measure);
    }

    private async Task GoAsync(Place place)
    {
        Place = place;
        await ShowAsync();
        if (!gone && address is not null)
            await address.InvokeVoidAsync("push", closed.Token, Place.ToQuery());
    }

    private Task OpenAsync(string path) => GoAsync(Place with { Path = path });

    private Task SelectLayerAsync(int layer) => GoAsync(Place with { Layer = Place.Layer == layer ? null : layer, Of = OwnerWith(layer) });

    private Task ShowOwnerAsync(ImagePart owner) => GoAsync(Place with { Of = owner, Layer = null });

    /// <summary>A layer of the other part is not shown as a part of this one.</summary>
    private ImagePart OwnerWith(int layer) => Place.Of.HasLayer(record!.Summary!.Base, layer) ? Place.Of : ImagePart.All;

    private Task ToggleFindingAsync(string id) => GoAsync(Place with { Finding = Place.Finding == id ? null : id });

    /// <summary>From a note elsewhere to the finding itself, whoever's part it is of.</summary>
    private async Task ShowFindingAsync(string id)
    {
        await GoAsync(Place with { Tab = "", Finding = id, Of = ImagePart.All });
        if (address is not null)
            await address.InvokeVoidAsync("revealFinding", closed.Token, id);
    }

    private Task TickAsync(IReadOnlyList<string> ids) => GoAsync(Place.Tick(ids));

    /// <summary>Evidence is shown where it lies: dead files only exist in the view of their layer.</summary>
    private async Task ShowPathAsync(Evidence evidence)
    {
        await GoAsync(Place with { Path = evidence.Path, Layer = evidence.Layer, Of = OwnerWith(evidence.Layer) });
        if (address is not null)
            await address.InvokeVoidAsync("reveal", closed.Token);
    }

    private async Task CancelAsync()
    {
        if (Grant.ShareId is not null)
            return;
        await Control.CancelAsync(Grant.AnalysisId, closed.Token);
        await LoadAsync();
    }

    private async Task RetryAsync()
    {
        if (Grant.ShareId is not null)
            return;
        if (await Control.RetryAsync(Grant.AnalysisId, closed.Token) is ChangeAnswer.BytesGone or ChangeAnswer.CredentialGone)
        {
            bytesGone = true;
            return;
        }

        await LoadAsync();
        watching = WatchAsync();
    }

    private long FilesOf(ImageSummary summary) =>
        Place.Of == ImagePart.All ? summary.VisibleFiles : Place.Layer is null ? view!.Sizes(FileTree.Root).Files : Place.Of.View(view!.Tree, summary.Base).Sizes(FileTree.Root).Files;

    private IReadOnlyList<(string Id, string Name, int? Count)> Tabs => [("", "Where the bytes are", null), (Place.PackagesTab, "Packages", packages?.All.Count(p => record?.Summary is not { } summary || Place.Of.HasLayer(summary.Base, p.Layer))), (Place.DockerfileTab, "Dockerfile", null)];

    /// <summary>How the image came here.</summary>
    private string Came => record?.Source switch { ImageSource.Pull => "pulled", ImageSource.Push => "pushed", _ => "uploaded" };

    private static IEnumerable<(Measure Value, string Label, string Title)> Measures()
    {
        yield return (Measure.Disk, "On disk", "Uncompressed bytes of files");
        yield return (Measure.Pull, "To pull", "Share of the compressed layers");
        yield return (Measure.Wasted, "Hidden", "Dead bytes: stored in a layer, hidden by a later one");
        yield return (Measure.Files, "Files", "Number of files");
    }

    /// <summary>One analysis as it is shown; but for the record nothing until it is done.</summary>
    private sealed record Drawn(AnalysisRecord Record, FileTree? Tree, IReadOnlyList<Finding> Findings, IReadOnlyList<LeanerBase> Leaner, PackageList? Packages)
    {
        /// <summary>About; the tree is counted where trees are kept.</summary>
        public long MemoryBytes =>
            Findings.Sum(f => 1000L + (f.Paths.Count * 200L) + f.Bodies.Layers.Sum(l => l.Ordinals.Count * 4L))
            + ((Packages?.All.Count ?? 0) * 1000L);
    }
}
