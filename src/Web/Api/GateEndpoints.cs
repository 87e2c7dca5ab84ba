using System.Text;
using ImageInsight.Analysis.Findings;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Exports;
using ImageInsight.Reporting.Gates;
using ImageInsight.Web.Problems;
using Microsoft.Net.Http.Headers;

namespace ImageInsight.Web.Api;

/// <summary>Whether an image keeps to limits: for pipelines that must not let it grow.</summary>
internal static class GateEndpoints
{
    public static void MapGate(this IEndpointRouteBuilder api) =>
        api.MapGet("/analyses/{id:guid}/gate", GetAsync).WithTags("Findings").WithName("Gate").WithSummary("Whether an image keeps to limits")
            .WithDescription(
                "200 whether it passes or not: read `passed`. At least one limit has to be given, and a parameter that is not known is refused, so that a slip of the pen "
                + "lets nothing pass. As text/plain, or with format=text, markdown or junit, for other readers.")
            .Produces<GateVerdict>(StatusCodes.Status200OK, "application/json", "text/plain", "text/markdown", "application/xml")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> GetAsync(
        Guid id, [AsParameters] GateQuery asked, HttpRequest request, AnalysisStore store, CancellationToken cancellationToken)
    {
        if (request.Query.Keys.FirstOrDefault(k => !GateQuery.Names.Contains(k, StringComparer.OrdinalIgnoreCase)) is not null)
            return Bad("unknown-parameter", $"The parameters are {string.Join(", ", GateQuery.Names)}.");
        if (request.Query.FirstOrDefault(p => p.Value.Count > 1).Key is { } twice)
            return Bad("repeated-parameter", $"{twice} is given more than once.");
        var format = asked.Format ?? (DockerfileEndpoints.WantsText(request) ? "text" : "json");
        var export = GateExport.Find(format);
        if (export is null && !format.Equals("json", StringComparison.OrdinalIgnoreCase))
            return Bad("bad-format", "format must be json, text, markdown or junit.");
        var (limits, error) = GateLimits.Read(asked.ToParameters());
        if (limits is null)
            return Bad(error!.Code, error.Detail);

        if (await SubjectAsync(id, limits, store, cancellationToken) is not { } image)
            return await ContentEndpoints.NotDoneAsync(id, store, cancellationToken);
        GateSubject? against = null;
        if (limits.Against is { } other)
        {
            against = await SubjectAsync(other, limits with { FailOn = null }, store, cancellationToken);
            if (against is null)
                return await store.FindAsync(other, cancellationToken) is { } record
                    ? Problem.Result(StatusCodes.Status409Conflict, "against-not-done", $"The analysis to compare with is {record.State.ToString().ToLowerInvariant()}.")
                    : Problem.Result(StatusCodes.Status404NotFound, "against-not-found", "There is no analysis with the id that against names. It may have been deleted.");
        }

        if (limits.NeedContent && image.UnknownLayers.Count > 0)
            return ContentUnknown(image);
        if (limits.MaxGrowth is not null && against!.UnknownLayers.Count > 0)
            return ContentUnknown(against);
        var checks = Gate.Judge(limits, image, against);
        var verdict = new GateVerdict(checks.All(c => c.Passed), limits.Of.ToString().ToLowerInvariant(), image.Name, $"/images/{id}", checks);
        request.HttpContext.Response.Headers.Vary = HeaderNames.Accept;
        return export is null
            ? TypedResults.Ok(verdict)
            : TypedResults.Text(export.Write(verdict, $"{request.Scheme}://{request.Host}{request.PathBase}"), export.MediaType, Encoding.UTF8);
    }

    private static async Task<GateSubject?> SubjectAsync(Guid id, GateLimits limits, AnalysisStore store, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { Summary: { } summary } record)
            return null;
        IReadOnlyList<Finding>? findings = limits.FailOn is null ? [] : await store.FindingsAsync(id, cancellationToken);
        return findings is null ? null : GateSubject.Of(record.Name, summary, limits.Of, findings);
    }

    private static IResult Bad(string code, string detail) => Problem.Result(StatusCodes.Status400BadRequest, code, detail);

    private static IResult ContentUnknown(GateSubject image) => Problem.Result(
        StatusCodes.Status409Conflict, "content-unknown",
        $"Of some layers of {image.Name} only digest and size are known ({string.Join(", ", image.UnknownLayers.Take(10))}): only maxPull and maxPullGrowth can be judged, "
        + "or the part of the image without them (of).");
}
