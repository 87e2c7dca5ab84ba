using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Header;

/// <summary>The figures of the part that is shown.</summary>
public sealed partial class TotalsBar : ComponentBase
{
    private const string WastedMeaning =
        "Stored in a layer, but deleted or replaced by a later layer: no container ever sees these bytes";

    private long yoursDisk;
    private long yoursPull;

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private ShownPart Part => Image.Part;

    private bool ShowsYours => Image.Of == ImagePart.All && Image.Summary.Base.Layers > 0;

    private bool IsOnFirstTab => Image.Location.Tab == ImageTabs.FilesKey;

    private string FindingsLink => LinkTarget.OnThisPage(Navigation, "findings");

    private string YoursDetails => $"{Bytes.Exact(yoursDisk)} on disk, {Bytes.Exact(yoursPull)} to pull";

    private string PullDetails => Bytes.Exact(Part.PullBytes) + (Image.PullEstimated
        ? ", estimated by compressing a sample: the archive holds its layers uncompressed"
        : "");

    /// <summary>The classes of the ledger, which is of the whole image.</summary>
    private string WastedDetails
    {
        get
        {
            if (Image.Of != ImagePart.All)
                return Bytes.Exact(Part.WastedBytes);
            var ledger = Image.Summary.Ledger;
            return $"{Bytes.Text(ledger.Deleted)} deleted, {Bytes.Text(ledger.Overwritten)} overwritten, "
                + $"{Bytes.Text(ledger.MetadataOnly)} stored again with a new mode or owner, "
                + $"{Bytes.Text(ledger.Touched)} with a new time, {Bytes.Text(ledger.Identical)} unchanged";
        }
    }

    protected override void OnParametersSet()
    {
        yoursDisk = Image.Summary.OwnLayers.Sum(l => l.DiskBytes);
        yoursPull = Image.Summary.OwnLayers.Sum(l => l.PullBytes);
    }

    private Task ShowFindingsAsync() => Image.GoAsync(Image.Location with { Tab = ImageTabs.FilesKey });
}
