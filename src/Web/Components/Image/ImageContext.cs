using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Components.Treemap;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web.Components.Image;

/// <summary>
/// What each tab is given: a done image, the part and the place that are looked at, and the ways to other places.
/// A new one is made for each place.
/// </summary>
public sealed record ImageContext(ViewGrant Grant, ShownPart Part, ImageLocation Location, IImageNavigator Navigator)
{
    /// <summary>What the treemap is laid out for at first.</summary>
    public required MapSize MapSize { get; init; }

    /// <summary>Path of the page that is open.</summary>
    public required string PagePath { get; init; }

    public AnalysisRecord Record => Part.Data.Record;

    public ImageSummary Summary => Record.Summary!;

    public FileTree Tree => Part.Data.Tree!;

    public ImagePart Of => Part.Of;

    public int LayerCount => Summary.Layers.Count;

    public bool PullEstimated => Summary.PullEstimated;

    /// <summary>Somebody with a shared link: sees this analysis alone, and may not ask the API.</summary>
    public bool IsGuest => Grant.ShareId is not null;

    public string ApiUrl => $"/api/analyses/{Grant.AnalysisId}";

    /// <summary>The part as the API's parameter, to be put before others; empty for all.</summary>
    public string OfParameter => Of == ImagePart.All ? "" : $"of={Of.ToString().ToLowerInvariant()}&";

    public Task GoAsync(ImageLocation location) => Navigator.GoAsync(location);

    /// <summary>Where the page shows a path.</summary>
    public string AddressOf(string path) => PagePath + (Location with { Path = path }).ToQuery();

    public Task OpenPathAsync(string path) => GoAsync(Location with { Path = path });

    public Task ShowPartAsync(ImagePart of) => GoAsync(Location with { Of = of, Layer = null });

    /// <summary>A second time shows the whole image again.</summary>
    public Task ToggleLayerAsync(int layer) =>
        GoAsync(Location with { Layer = Location.Layer == layer ? null : layer, Of = PartWith(layer) });

    /// <summary>A layer on the first tab, from another one.</summary>
    public Task ShowLayerAsync(int layer) => GoAsync(Location with { Tab = ImageTabs.FilesKey, Layer = layer });

    /// <summary>A path of the final file system on the first tab, from another one.</summary>
    public Task ShowPathAsync(string path) =>
        GoAsync(Location with { Tab = ImageTabs.FilesKey, Path = path, Layer = null });

    public Task ToggleFindingAsync(string id) =>
        GoAsync(Location with { Finding = Location.Finding == id ? null : id });

    /// <summary>From a note elsewhere to the finding itself, whichever part it is of.</summary>
    public async Task ShowFindingAsync(string id)
    {
        await GoAsync(Location with { Tab = ImageTabs.FilesKey, Finding = id, Of = ImagePart.All });
        await Navigator.RevealFindingAsync(id);
    }

    /// <summary>Shown in its own layer: wasted files are seen nowhere else.</summary>
    public async Task ShowEvidenceAsync(Evidence evidence)
    {
        await GoAsync(Location with
        {
            Path = evidence.Path,
            Layer = evidence.Layer,
            Of = PartWith(evidence.Layer),
        });
        await Navigator.RevealMapAsync();
    }

    /// <summary>A layer of the other part is not shown as a part of this one.</summary>
    private ImagePart PartWith(int layer) => Part.HasLayer(layer) ? Of : ImagePart.All;
}
