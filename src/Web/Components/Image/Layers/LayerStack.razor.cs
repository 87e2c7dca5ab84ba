using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Layers;

/// <summary>The layers of an image, to be looked at one by one.</summary>
public sealed partial class LayerStack : ComponentBase
{
    private IReadOnlyList<Row> rows = [];
    private long biggest;

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    protected override void OnParametersSet()
    {
        biggest = Image.Summary.Layers.Select(l => l.DiskBytes).DefaultIfEmpty().Max();
        rows = [.. Image.Summary.Layers.Select(CreateRow)];
    }

    private Row CreateRow(LayerSummary layer) => new(
        layer,
        Heading(layer.Index),
        Image.Part.HasLayer(layer.Index),
        Image.Location.Layer == layer.Index,
        Tooltip(layer),
        LayerColors.ForLayer(layer.Index, Image.LayerCount),
        InstructionText.Show(layer.Instruction ?? "instruction unknown")
            + (layer.ContentKnown ? "" : " · its files cannot be read"));

    /// <summary>Above the first layer of each part.</summary>
    private string? Heading(int layer)
    {
        var count = Image.Summary.Base.Layers;
        return count == 0 ? null
            : layer == 0 ? "base image"
            : layer == count ? "your layers: added on top of the base image"
            : null;
    }

    private string Width(long bytes) =>
        (100.0 * bytes / Math.Max(1, biggest)).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Tooltip(LayerSummary layer) =>
        $"{Bytes.Exact(layer.DiskBytes)} on disk, "
        + $"{Bytes.Exact(layer.PullBytes)} to pull{(layer.PullEstimated ? " (estimated)" : "")}, "
        + $"{Bytes.Count(layer.Entries)} entries in its tar\n"
        + $"{SafeText.Show(layer.Instruction ?? "")}\ndiffID {layer.DiffId}";

    private sealed record Row(
        LayerSummary Layer,
        string? Heading,
        bool IsInPart,
        bool IsSelected,
        string Tooltip,
        string Color,
        string Instruction)
    {
        public long VisibleBytes => Layer.DiskBytes - Layer.WastedBytes;
    }
}
