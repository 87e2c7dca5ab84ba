using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Findings;

/// <summary>The sizes of the image and its layers without some findings.</summary>
public sealed partial class Simulator : ComponentBase
{
    private Simulation result = new(0, 0, []);
    private IReadOnlyList<Row> rows = [];
    private long diskSaved;
    private long pullSaved;

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Finding> Findings { get; set; }

    private string Title => Findings.Count == 1 ? "Without this finding:" : $"Without these {Findings.Count} findings:";

    protected override void OnParametersSet()
    {
        var layers = Image.Tree.Layers;
        result = Simulation.Without(layers, Findings.Select(f => f.Bodies));
        diskSaved = layers.Sum(l => l.Layer.DiskBytes) - result.DiskBytes;
        pullSaved = layers.Sum(l => l.Blob.PullBytes) - result.PullBytes;
        rows = [.. result.Layers.Select(CreateRow)];
    }

    private Row CreateRow(SimulatedLayer layer)
    {
        var before = Image.Tree.Layers[layer.Index];
        return new Row(
            layer.Index,
            InstructionText.Show(before.Instruction),
            layer.DiskBytes,
            Saved(before.Layer.DiskBytes - layer.DiskBytes, false),
            layer.PullBytes,
            Bytes.Text(layer.PullBytes, before.Blob.PullEstimated),
            Saved(before.Blob.PullBytes - layer.PullBytes, before.Blob.PullEstimated));
    }

    private string PullText(long bytes) => Bytes.Text(bytes, Image.PullEstimated);

    private static string Saved(long bytes, bool estimated) => bytes == 0 ? "" : Bytes.Text(bytes, estimated);

    private sealed record Row(
        int Layer,
        string Instruction,
        long DiskBytes,
        string DiskSaved,
        long PullBytes,
        string PullText,
        string PullSaved);
}
