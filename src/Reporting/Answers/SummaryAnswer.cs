using ImageInsight.Analysis;

namespace ImageInsight.Reporting.Answers;

/// <param name="ConfigDigest">sha256 of the config blob's bytes.</param>
/// <param name="PullBytes">Compressed bytes of all layers.</param>
/// <param name="PullEstimated">True when some layer was held uncompressed and its pull bytes are an estimate.</param>
/// <param name="DiskBytes">Regular-file bytes of all layers.</param>
/// <param name="VisibleBytes">Those that the final file system reaches.</param>
/// <param name="WastedBytes">diskBytes - visibleBytes.</param>
/// <param name="Efficiency">visibleBytes / diskBytes, 1 when empty.</param>
/// <param name="Own">Totals without the base's layers.</param>
public sealed record SummaryAnswer(
    string ConfigDigest, string Platform, IReadOnlyList<string> Tags, long PullBytes, bool PullEstimated,
    long DiskBytes, long VisibleBytes,
    long WastedBytes, long VisibleFiles, double Efficiency, LedgerAnswer Ledger, IReadOnlyList<LayerAnswer> Layers,
    IReadOnlyList<HistoryAnswer> History,
    BaseAnswer Base, OwnAnswer Own)
{
    public static SummaryAnswer FromSummary(ImageSummary s) => new(
        s.ConfigDigest, s.Platform, s.Tags, s.PullBytes, s.PullEstimated, s.Ledger.DiskBytes, s.Ledger.VisibleBytes,
        s.Ledger.WastedBytes,
        s.VisibleFiles, s.Ledger.Efficiency,
        new LedgerAnswer(
            s.Ledger.Deleted, s.Ledger.Overwritten, s.Ledger.MetadataOnly, s.Ledger.Touched, s.Ledger.Identical),
        [.. s.Layers.Select(l => new LayerAnswer(
            l.Index, l.DiffId, l.Digest, l.MediaType, l.PullBytes, l.PullEstimated, l.DiskBytes, l.WastedBytes,
            l.Entries, l.Instruction, l.ContentKnown))],
        [.. s.History.Select(h => new HistoryAnswer(h.Created, h.Instruction, h.Empty, h.Layer))],
        BaseAnswer.FromSummary(s),
        new OwnAnswer(
            s.OwnLayers.Sum(l => l.PullBytes), s.OwnLayers.Sum(l => l.DiskBytes), s.OwnLayers.Sum(l => l.WastedBytes)));
}

/// <summary>The layers above the base.</summary>
public sealed record OwnAnswer(long PullBytes, long DiskBytes, long WastedBytes);

/// <summary>Wasted disk bytes by class; they add up to wastedBytes.</summary>
public sealed record LedgerAnswer(long Deleted, long Overwritten, long MetadataOnly, long Touched, long Identical);

/// <param name="Index">0 is the lowest.</param>
/// <param name="Entries">Records of the layer's tar.</param>
/// <param name="ContentKnown">False when only digest and size are known: a foreign layer that is left out, an
/// encrypted one, an unknown media type.</param>
public sealed record LayerAnswer(
    int Index, string DiffId, string Digest, string MediaType, long PullBytes, bool PullEstimated, long DiskBytes,
    long WastedBytes, int Entries,
    string? Instruction, bool ContentKnown);

public sealed record HistoryAnswer(DateTime? Created, string Instruction, bool Empty, int? Layer);
