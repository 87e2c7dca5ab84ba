using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis;

/// <summary>What an analysis says of an image as a whole.</summary>
public sealed record ImageSummary(
    string ConfigDigest,
    string Platform,
    IReadOnlyList<string> Tags,
    long PullBytes,
    bool PullEstimated,
    long VisibleFiles,
    LedgerTotals Ledger,
    IReadOnlyList<LayerSummary> Layers,
    IReadOnlyList<HistoryEntry> History,
    BaseImage Base)
{
    /// <summary>What the config says of a container; none where only the rest was asked for.</summary>
    public ImageSettings Settings { get; init; } = ImageSettings.None;

    /// <summary>As a store gives it back later, without one.</summary>
    public static ImageSummary FromAnalysis(ImageAnalysis analysis)
    {
        var (facts, tree) = (analysis.Facts, analysis.Tree);
        return new ImageSummary(
            facts.ConfigDigest.ToString(),
            facts.Platform.ToString(),
            facts.Tags,
            facts.Layers.Sum(l => l.Blob.PullBytes),
            facts.Layers.Any(l => l.Blob.PullEstimated),
            tree.VisibleFiles,
            tree.Ledger,
            [.. facts.Layers.Select(l => LayerSummary.FromLayer(l, tree.WastedByLayer[l.Index]))],
            facts.History,
            facts.Base)
        { Settings = facts.Settings };
    }

    public IEnumerable<LayerSummary> BaseLayers => Layers.Where(l => Base.Has(l.Index));

    /// <summary>With what each step of the chain adds to the one below it.</summary>
    public IEnumerable<(BaseStep Step, long DiskBytes, long PullBytes)> StepsOfBase => Base.Steps.Select((step, i) =>
    {
        var added = Layers.Skip(i == 0 ? 0 : Base.Steps[i - 1].Layers)
            .Take(step.Layers - (i == 0 ? 0 : Base.Steps[i - 1].Layers)).ToList();
        return (step, added.Sum(l => l.DiskBytes), added.Sum(l => l.PullBytes));
    });

    public IEnumerable<LayerSummary> OwnLayers => Layers.Where(l => !Base.Has(l.Index));
}

/// <param name="Entries">Records of the layer's tar.</param>
/// <param name="PullEstimated">True when the source held this layer uncompressed.</param>
public sealed record LayerSummary(
    int Index,
    string DiffId,
    string Digest,
    string MediaType,
    long PullBytes,
    bool PullEstimated,
    long DiskBytes,
    long WastedBytes,
    int Entries,
    string? Instruction,
    bool ContentKnown)
{
    internal static LayerSummary FromLayer(ImageLayer layer, long wastedBytes) => new(
        layer.Index,
        layer.Layer.DiffId.ToString(),
        layer.Blob.Digest.ToString(),
        layer.Blob.MediaType,
        layer.Blob.PullBytes,
        layer.Blob.PullEstimated,
        layer.Layer.DiskBytes,
        wastedBytes,
        layer.Layer.RecordCount,
        layer.Instruction,
        layer.Layer.ContentKnown);
}
