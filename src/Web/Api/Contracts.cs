using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Api;

/// <param name="Id">The analysis.</param>
/// <param name="Url">Path of its page.</param>
public sealed record Accepted(Guid Id, string Url);

/// <param name="After">Pass as <c>after</c> for the next page; null at the end.</param>
public sealed record AnalysisList(IReadOnlyList<AnalysisAnswer> Items, string? After);

/// <param name="State">queued, running, done or failed.</param>
/// <param name="Siblings">Analyses of the other images and platforms of the same upload.</param>
public sealed record AnalysisAnswer(
    Guid Id, string Name, string Url, string Source, string State, ErrorAnswer? Error, ProgressAnswer Progress, DateTime CreatedAt,
    DateTime? FinishedAt, IReadOnlyList<Guid> Siblings, AnalysisTotals? Totals, SummaryAnswer? Summary)
{
    public static AnalysisAnswer Of(AnalysisRecord r) => new(
        r.Id, r.Name, $"/images/{r.Id}", r.Source.ToString().ToLowerInvariant(), r.State.ToString().ToLowerInvariant(),
        r.ErrorCode is null ? null : new ErrorAnswer(r.ErrorCode, r.ErrorDetail ?? ""),
        ProgressAnswer.Of(r.Progress),
        r.CreatedAt, r.FinishedAt, [.. r.Siblings.Select(s => s.Id)], r.Totals, r.Summary is null ? null : SummaryAnswer.Of(r.Summary));
}

public sealed record ErrorAnswer(string Code, string Detail);

/// <summary>Bytes of the layers as stored in the source; those of known layers count as done.</summary>
/// <param name="LayersKnown">Layers that this service had verified before, so that they were not pulled.</param>
/// <param name="Layers">Each layer once, the lowest first; left out before the source is open.</param>
public sealed record ProgressAnswer(
    long BytesDone, long BytesTotal, int LayersDone, int LayersTotal, int LayersKnown, IReadOnlyList<LayerProgressAnswer>? Layers)
{
    public static ProgressAnswer Of(AnalysisProgress p) => new(
        p.BytesDone, p.BytesTotal, p.LayersDone, p.LayersTotal, p.Layers?.Count(l => l.Known) ?? 0,
        p.Layers is null ? null : [.. p.Layers.Select(l => new LayerProgressAnswer(l.BytesDone, l.BytesTotal, l.Known))]);
}

public sealed record LayerProgressAnswer(long BytesDone, long BytesTotal, bool Known);

/// <param name="ConfigDigest">sha256 of the config blob's bytes.</param>
/// <param name="PullBytes">Compressed bytes of all layers.</param>
/// <param name="PullEstimated">True when some layer was held uncompressed and its pull bytes are an estimate.</param>
/// <param name="DiskBytes">Regular-file bytes of all layers.</param>
/// <param name="VisibleBytes">Those that the final file system reaches.</param>
/// <param name="WastedBytes">diskBytes - visibleBytes.</param>
/// <param name="Efficiency">visibleBytes / diskBytes, 1 when empty.</param>
/// <param name="Own">Totals without the base's layers.</param>
public sealed record SummaryAnswer(
    string ConfigDigest, string Platform, IReadOnlyList<string> Tags, long PullBytes, bool PullEstimated, long DiskBytes, long VisibleBytes,
    long WastedBytes, long VisibleFiles, double Efficiency, LedgerAnswer Ledger, IReadOnlyList<LayerAnswer> Layers, IReadOnlyList<HistoryAnswer> History,
    BaseAnswer Base, OwnAnswer Own)
{
    public static SummaryAnswer Of(ImageSummary s) => new(
        s.ConfigDigest, s.Platform, s.Tags, s.PullBytes, s.PullEstimated, s.Ledger.DiskBytes, s.Ledger.VisibleBytes, s.Ledger.WastedBytes,
        s.VisibleFiles, s.Ledger.Efficiency,
        new LedgerAnswer(s.Ledger.Deleted, s.Ledger.Overwritten, s.Ledger.MetadataOnly, s.Ledger.Touched, s.Ledger.Identical),
        [.. s.Layers.Select(l => new LayerAnswer(
            l.Index, l.DiffId, l.Digest, l.MediaType, l.PullBytes, l.PullEstimated, l.DiskBytes, l.WastedBytes, l.Entries, l.Instruction, l.ContentKnown))],
        [.. s.History.Select(h => new HistoryAnswer(h.Created, h.Instruction, h.Empty, h.Layer))],
        BaseAnswer.Of(s),
        new OwnAnswer(s.OwnLayers.Sum(l => l.PullBytes), s.OwnLayers.Sum(l => l.DiskBytes), s.OwnLayers.Sum(l => l.WastedBytes)));
}

/// <param name="Layers">How many of the lowest layers came with FROM; 0 when nothing tells.</param>
/// <param name="Name">A whole reference where one is stated or known, else what it holds (Debian 12); null when nothing tells.</param>
/// <param name="Digest">Of its manifest or index, where that is stated.</param>
/// <param name="Evidence">What tells it.</param>
/// <param name="Confidence">declared, provenance, known-image, history, guessed or none.</param>
/// <param name="Steps">The chain of parents, the lowest first; the last one is the base.</param>
public sealed record BaseAnswer(
    int Layers, string? Name, string? Digest, string Evidence, string Confidence, long DiskBytes, long PullBytes, IReadOnlyList<BaseStepAnswer> Steps)
{
    public static BaseAnswer Of(ImageSummary s) => new(
        s.Base.Layers, s.Base.Name, s.Base.Digest, s.Base.Evidence,
        s.Base.Confidence == BaseConfidence.KnownImage ? "known-image" : s.Base.Confidence.ToString().ToLowerInvariant(),
        s.BaseLayers.Sum(l => l.DiskBytes), s.BaseLayers.Sum(l => l.PullBytes),
        [.. s.StepsOfBase.Select(p => new BaseStepAnswer(p.Step.Name, p.Step.Layers, p.Step.Evidence, p.DiskBytes, p.PullBytes))]);
}

/// <param name="Layers">How many of the lowest layers the image has, its own parents' included.</param>
/// <param name="DiskBytes">What it adds to the step below it.</param>
public sealed record BaseStepAnswer(string? Name, int Layers, string Evidence, long DiskBytes, long PullBytes);

/// <param name="Leaner">Images of the same family that were analysed here and are smaller than this base, the smallest first.</param>
public sealed record BasePageAnswer(BaseAnswer Base, IReadOnlyList<LeanerAnswer> Leaner);

/// <param name="Id">Its analysis.</param>
/// <param name="SavedDiskBytes">The base's bytes less this one's.</param>
public sealed record LeanerAnswer(
    Guid Id, string Url, string Name, long DiskBytes, long PullBytes, bool PullEstimated, long SavedDiskBytes, long SavedPullBytes);

/// <summary>The layers above the base.</summary>
public sealed record OwnAnswer(long PullBytes, long DiskBytes, long WastedBytes);

/// <summary>Dead disk bytes by class; they add up to wastedBytes.</summary>
public sealed record LedgerAnswer(long Deleted, long Overwritten, long MetadataOnly, long Touched, long Identical);

/// <param name="Index">0 is the lowest.</param>
/// <param name="Entries">Records of the layer's tar.</param>
/// <param name="ContentKnown">False when only digest and size are known: a foreign layer that is left out, an encrypted one, an unknown media type.</param>
public sealed record LayerAnswer(
    int Index, string DiffId, string Digest, string MediaType, long PullBytes, bool PullEstimated, long DiskBytes, long WastedBytes, int Entries,
    string? Instruction, bool ContentKnown);

public sealed record HistoryAnswer(DateTime? Created, string Instruction, bool Empty, int? Layer);

/// <param name="More">Nodes within the depth that were left out, the deepest first; ask for their parents' paths to see them.</param>
public sealed record TreeAnswer(string Path, IReadOnlyList<NodeAnswer> Nodes, int More);

/// <param name="Kind">file, dir, symlink, hardlink, char, block, fifo or other.</param>
/// <param name="Children">Only when a further level was asked for.</param>
public sealed record NodeAnswer(
    string Path, string Name, string Kind, long DiskBytes, long PullBytes, long WastedBytes, long Files, int Layer, IReadOnlyList<NodeAnswer>? Children);

/// <param name="Severity">low, medium or high.</param>
/// <param name="Confidence">maybe, probable or safe.</param>
/// <param name="PathCount">All paths it concerns; paths holds the biggest, at most 1,000.</param>
/// <param name="Evidence">The same paths with their bytes, the layer that carries them and the one that hid them.</param>
/// <param name="KnownAs">What other tools call it: rule ids of hadolint (DL), dockle (DKL, CIS) and Sonar (S).</param>
/// <param name="Docs">Path of the page that says what it means, how to fix it and when not to.</param>
public sealed record FindingAnswer(
    string Id, string RuleId, string Title, string Severity, string Confidence, long DiskBytes, long PullBytes, int? Layer, string? Instruction,
    int PathCount, IReadOnlyList<string> Paths, IReadOnlyList<Evidence> Evidence, Fix Fix,
    IReadOnlyList<string> KnownAs, string Docs)
{
    public static FindingAnswer Of(Finding f) => new(
        f.Id, f.RuleId, f.Title, f.Severity.ToString().ToLowerInvariant(), f.Confidence.ToString().ToLowerInvariant(), f.DiskBytes, f.PullBytes,
        f.Layer, f.Instruction, f.PathCount, [.. f.Paths.Select(p => p.Path)], f.Paths, f.Fix,
        f.KnownAs, $"/docs/findings/{f.RuleId}");
}

/// <param name="Findings">Ids from the list of findings; together they go once, however much they share.</param>
public sealed record SimulateRequest(IReadOnlyList<string>? Findings);

/// <summary>Sizes that the image and its layers would have.</summary>
public sealed record SimulateAnswer(long DiskBytes, long PullBytes, IReadOnlyList<SimulatedLayer> Layers);

/// <param name="ExpiresInHours">1 to 87600; 168 (a week) when left out.</param>
public sealed record ShareRequest(int? ExpiresInHours);

/// <param name="Url">Said this once only.</param>
public sealed record ShareAnswer(Guid Id, string Url, DateTime ExpiresAt);

public sealed record ShareListItem(Guid Id, DateTime CreatedAt, DateTime ExpiresAt);
