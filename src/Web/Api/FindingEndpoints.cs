using ImageInsight.Analysis.Findings;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Exports;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web.Api;

/// <summary>What can go, and what the image would be without it.</summary>
internal static class FindingEndpoints
{
    public static void MapFindings(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/analyses/{id:guid}").WithTags("Findings");
        analysis.MapGet("/findings", ListAsync).WithName("ListFindings").WithSummary("What can go, most bytes first")
            .WithDescription("format: json, csv, sarif, markdown or junit. of: all, base or yours.")
            .Produces<IReadOnlyList<FindingAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        analysis.MapPost("/simulate", SimulateAsync).WithName("Simulate").WithSummary("The sizes of the image and its layers without some findings")
            .WithDescription("Findings that share bytes share them once.")
            .Produces<SimulateAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ListAsync(
        Guid id, HttpRequest request, AnalysisStore store, CancellationToken cancellationToken, string format = "json", string of = "all")
    {
        var export = FindingExport.Find(format);
        if (export is null && !format.Equals("json", StringComparison.OrdinalIgnoreCase))
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-format", "format must be json, csv, sarif, markdown or junit.");
        if (!ImageParts.TryParse(of, out var owner))
            return Problem.BadOwner();
        if (await store.FindingsAsync(id, cancellationToken) is not { } all || await store.FindAsync(id, cancellationToken) is not { Summary: { } summary } record)
            return await ContentEndpoints.NotDoneAsync(id, store, cancellationToken);
        var findings = all.Where(f => owner.HasFinding(summary.Base, f)).ToList();
        if (export is null)
            return TypedResults.Ok<IReadOnlyList<FindingAnswer>>([.. findings.Select(FindingAnswer.Of)]);
        var exported = new ExportedFindings(record.Name, $"{request.Scheme}://{request.Host}{request.PathBase}", findings);
        return TypedResults.Stream(stream => export.WriteAsync(exported, stream, cancellationToken), export.MediaType, $"findings-{id}.{export.Extension}");
    }

    private static async Task<IResult> SimulateAsync(
        Guid id, SimulateRequest request, AnalysisStore store, TreeCache trees, CancellationToken cancellationToken)
    {
        if (request.Findings is null || request.Findings.Any(f => f is null))
            return Problem.Result(StatusCodes.Status400BadRequest, "findings-missing", "findings must be a list of ids; it may be empty.");
        if (await store.FindingsAsync(id, cancellationToken) is not { } findings || await trees.GetAsync(id, cancellationToken) is not { } tree)
            return await ContentEndpoints.NotDoneAsync(id, store, cancellationToken);
        var wanted = request.Findings.ToHashSet(StringComparer.Ordinal);
        var chosen = findings.Where(f => wanted.Contains(f.Id)).ToList();
        wanted.ExceptWith(chosen.Select(f => f.Id));
        if (wanted.Count > 0)
            return Problem.Result(
                StatusCodes.Status422UnprocessableEntity, "finding-not-found", "The image has no such finding: " + string.Join(", ", wanted.Order().Take(10)));
        var simulation = Simulation.Without(tree.Layers, chosen.Select(f => f.Bodies));
        return TypedResults.Ok(new SimulateAnswer(simulation.DiskBytes, simulation.PullBytes, simulation.Layers));
    }
}
