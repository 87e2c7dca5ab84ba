using ImageInsight.Analysis.Findings;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Exports;
using ImageInsight.Reporting.Gates;
using ImageInsight.Web.Api.Bodies;
using ImageInsight.Web.Api.Queries;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api;

/// <summary>Whether an image keeps to limits: for pipelines that must not let it grow.</summary>
internal static class GateEndpoints
{
    public static void MapGate(this IEndpointRouteBuilder api) =>
        api.MapGet("/analyses/{id:guid}/gate", GetAsync).WithTags("Findings").WithName("Gate")
            .WithSummary("Whether an image keeps to limits")
            .WithDescription(
                "200 whether it passes or not: read `passed`. At least one limit has to be given, and a parameter that "
                + "is not known is refused, so that a typo lets nothing pass. As text/plain, or with "
                + "format=text, markdown or junit, for other readers. A limit that cannot be read is answered 400 with "
                + "a code of its own. Efficiency is the share of the bytes on disk that the final file system shows: "
                + "visible bytes / bytes on disk, 1 when no byte is wasted.")
            .CanFail(
                ProblemKinds.UnknownParameter, ProblemKinds.RepeatedParameter, ProblemKinds.BadFormat,
                ProblemKinds.BaselineNotFound, ProblemKinds.BaselineNotDone, ProblemKinds.ContentUnknown)
            .CanFail(DoneAnalyses.Problems);

    private static async Task<Results<Ok<GateVerdict>, SentBody<GateFormats>>> GetAsync(
        Guid id, [AsParameters] GateQuery asked, HttpRequest request, AnalysisStore store, DoneAnalyses analyses,
        CancellationToken cancellationToken)
    {
        CheckNames(request.Query);
        var format = asked.Format ?? (request.PrefersText() ? "text" : "json");
        var export = GateExport.Find(format);
        if (export is null && !format.Equals("json", StringComparison.OrdinalIgnoreCase))
            throw ProblemKinds.BadFormat.Because("format must be json, text, markdown or junit.");
        var (limits, error) = GateLimits.Read(asked.ToParameters());
        if (limits is null)
            throw new ProblemKind(StatusCodes.Status400BadRequest, error!.Code).Because(error.Detail);

        var image = await SubjectAsync(
            await analyses.FindAsync(id, cancellationToken), limits, analyses, cancellationToken);
        var baseline = limits.Baseline is { } other
            ? await SubjectAsync(
                await FindBaselineAsync(other, store, cancellationToken), limits with { FailOn = null }, analyses,
                cancellationToken)
            : null;
        if (limits.NeedContent)
            CheckContent(image);
        if (limits.MaxGrowth is not null)
            CheckContent(baseline!);
        var checks = Gate.Judge(limits, image, baseline);
        var verdict = new GateVerdict(
            checks.All(c => c.Passed), limits.Of.ToString().ToLowerInvariant(), image.Name, $"/images/{id}", checks);
        if (export is null)
            return TypedResults.Ok(verdict);
        return SentBody<GateFormats>.FromText(export.MediaType, export.Write(verdict, request.ServiceAddress()));
    }

    private static void CheckNames(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(k => !GateQuery.Names.Contains(k, StringComparer.OrdinalIgnoreCase)) is { } name)
            throw ProblemKinds.UnknownParameter.Because(
                $"There is no parameter '{name}'. The parameters are {string.Join(", ", GateQuery.Names)}.");
        if (query.FirstOrDefault(p => p.Value.Count > 1).Key is { } twice)
            throw ProblemKinds.RepeatedParameter.Because($"{twice} is given more than once.");
    }

    private static async Task<DoneAnalysis> FindBaselineAsync(
        Guid id, AnalysisStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) switch
        {
            { Summary: { } summary } record => new DoneAnalysis(record, summary),
            { } record => throw ProblemKinds.BaselineNotDone.Because(
                record.State == AnalysisState.Failed ? "The analysis to compare with failed."
                    : $"The analysis to compare with is {record.State.ToString().ToLowerInvariant()}."),
            null => throw ProblemKinds.BaselineNotFound.Because(
                "There is no analysis with the id that baseline names. It may have been deleted."),
        };

    private static async Task<GateSubject> SubjectAsync(
        DoneAnalysis analysis, GateLimits limits, DoneAnalyses analyses, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> findings =
            limits.FailOn is null ? [] : await analyses.FindingsAsync(analysis.Record.Id, cancellationToken);
        return GateSubject.FromSummary(analysis.Record.Name, analysis.Summary, limits.Of, findings);
    }

    private static void CheckContent(GateSubject image)
    {
        if (image.UnknownLayers.Count > 0)
            throw ProblemKinds.ContentUnknown.Because(
                $"Of some layers of {image.Name} only digest and size are known "
                + $"({string.Join(", ", image.UnknownLayers.Take(10))}): "
                + "only maxPull and maxPullGrowth can be judged, or the part of the image without them (of).");
    }
}
