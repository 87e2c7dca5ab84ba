using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Rewriting;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Findings;

/// <summary>The way to the optimised image, with its size.</summary>
public sealed partial class OptimizedDownload : ComponentBase
{
    private IReadOnlyList<Finding> certain = [];
    private long before;
    private long after;
    private string url = "";

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Finding> Ticked { get; set; }

    private bool IsReadable => Image.Tree.Layers.All(l => l.Layer.ContentKnown);

    private string Tooltip =>
        $"{Bytes.Exact(after)} on disk. Layers, history and config stay. Load it with docker load or skopeo copy.";

    private string SizeText => Bytes.Text(after) == Bytes.Text(before)
        ? "about the same size"
        : $"{Bytes.Text(after)} on disk instead of {Bytes.Text(before)}";

    private string Words => certain.Count switch
    {
        0 => "the same files, without the wasted bytes",
        1 => "without the wasted bytes and the ticked certain finding",
        var count => $"without the wasted bytes and the {count} ticked certain findings",
    };

    protected override void OnParametersSet()
    {
        var ledger = Image.Tree.Ledger;
        certain = [.. Ticked.Where(f => f.Confidence == Confidence.Safe)];
        before = ledger.DiskBytes;
        after = ledger.VisibleBytes - OptimizedImage.VisibleBytes(Image.Tree, certain.Select(f => f.Bodies));
        url = $"{Image.ApiUrl}/optimized";
        if (certain.Count > 0)
            url += "?findings=" + string.Join(',', certain.Select(f => Uri.EscapeDataString(f.Id)));
    }
}
