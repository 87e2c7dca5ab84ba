using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Answers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api.Answers;

/// <param name="Id">The analysis.</param>
/// <param name="Url">Path of its page.</param>
public sealed record AcceptedAnswer(Guid Id, string Url)
{
    internal static Accepted<AcceptedAnswer> For(Guid id) =>
        TypedResults.Accepted($"/api/analyses/{id}", new AcceptedAnswer(id, $"/images/{id}"));
}

/// <param name="After">Pass as <c>after</c> for the next page; null at the end.</param>
public sealed record AnalysisList(IReadOnlyList<AnalysisAnswer> Items, string? After);

/// <param name="State">receiving (its bytes still arrive), queued, running, done or failed.</param>
/// <param name="Siblings">Analyses of the other images and platforms of the same upload.</param>
public sealed record AnalysisAnswer(
    Guid Id, string Name, string Url, string Source, string State, ErrorAnswer? Error, ProgressAnswer Progress,
    DateTime CreatedAt,
    DateTime? FinishedAt, IReadOnlyList<Guid> Siblings, AnalysisTotals? Totals, SummaryAnswer? Summary)
{
    public static AnalysisAnswer FromRecord(AnalysisRecord r) => new(
        r.Id, r.Name, $"/images/{r.Id}", r.Source.ToString().ToLowerInvariant(), r.State.ToString().ToLowerInvariant(),
        r.ErrorCode is null ? null : new ErrorAnswer(r.ErrorCode, r.ErrorDetail ?? ""),
        ProgressAnswer.FromProgress(r.Progress),
        r.CreatedAt, r.FinishedAt, [.. r.Siblings.Select(s => s.Id)], r.Totals,
        r.Summary is null ? null : SummaryAnswer.FromSummary(r.Summary));
}

public sealed record ErrorAnswer(string Code, string Detail);

/// <summary>
/// Bytes of the layers as stored in the source, those of known layers count as done; while it is received, bytes of the
/// upload, of 0 when the sender does not say how many there will be.
/// </summary>
/// <param name="LayersKnown">Layers that this service had verified before, so that they were not pulled.</param>
/// <param name="Layers">Each layer once, the lowest first; left out before the source is open.</param>
public sealed record ProgressAnswer(
    long BytesDone, long BytesTotal, int LayersDone, int LayersTotal, int LayersKnown,
    IReadOnlyList<LayerProgressAnswer>? Layers)
{
    public static ProgressAnswer FromProgress(AnalysisProgress p) => new(
        p.BytesDone, p.BytesTotal, p.LayersDone, p.LayersTotal, p.Layers?.Count(l => l.Known) ?? 0,
        p.Layers is null
            ? null
            : [.. p.Layers.Select(l => new LayerProgressAnswer(l.BytesDone, l.BytesTotal, l.Known))]);
}

public sealed record LayerProgressAnswer(long BytesDone, long BytesTotal, bool Known);
