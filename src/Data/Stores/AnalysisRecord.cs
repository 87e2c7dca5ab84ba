using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Rows;

namespace ImageInsight.Data.Stores;

/// <summary>An analysis as the list and its page show it.</summary>
/// <param name="Siblings">Other analyses of the same upload.</param>
/// <param name="Summary">Only when done, and only from <see cref="AnalysisStore.FindAsync"/>.</param>
public sealed record AnalysisRecord(
    Guid Id,
    string Name,
    ImageSource Source,
    AnalysisState State,
    string? ErrorCode,
    string? ErrorDetail,
    AnalysisProgress Progress,
    DateTime CreatedAt,
    DateTime? FinishedAt,
    long UploadBytes,
    AnalysisTotals? Totals,
    IReadOnlyList<SiblingRecord> Siblings,
    ImageSummary? Summary)
{
    /// <summary>
    /// False when the uploaded bytes are dropped or the login of the pull is: what is stored can be looked at, the
    /// image itself is gone from here.
    /// </summary>
    public bool BytesKept { get; init; }
}

/// <summary>What the list shows of a done analysis.</summary>
public sealed record AnalysisTotals(
    string Platform, long PullBytes, bool PullEstimated, long DiskBytes, long VisibleBytes, long WastedBytes,
    int LayerCount, long VisibleFiles);
