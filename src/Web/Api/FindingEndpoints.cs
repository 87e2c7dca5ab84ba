using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Answers;
using ImageInsight.Reporting.Exports;
using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Api.Bodies;
using ImageInsight.Web.Api.Queries;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api;

/// <summary>What can go, and what the image would be without it.</summary>
internal static class FindingEndpoints
{
    /// <summary>Of one answer.</summary>
    private const int MaxPaths = 500;

    public static void MapFindings(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/analyses/{id:guid}").WithTags("Findings");
        analysis.MapGet("/findings", ListAsync).WithName("ListFindings").WithSummary("What can go, most bytes first")
            .WithDescription("format: json, csv, sarif, markdown or junit. of: all, base or yours.")
            .CanFail(ProblemKinds.BadFormat, ProblemKinds.BadOf).CanFail(DoneAnalyses.Problems);
        analysis.MapGet("/findings/{finding}/paths", PathsAsync).WithName("ListFindingPaths")
            .WithSummary("All paths of a finding, most bytes first")
            .WithDescription(
                $"At most {MaxPaths} are answered, fewer where they are very long; after: of the page before.")
            .CanFail(ProblemKinds.BadAfter, ProblemKinds.NoSuchFinding).CanFail(DoneAnalyses.Problems);
        analysis.MapPost("/simulate", SimulateAsync).WithName("Simulate")
            .WithSummary("The sizes of the image and its layers without some findings")
            .WithDescription("Bytes that several findings share are subtracted once.")
            .CanFail(ProblemKinds.FindingsMissing, ProblemKinds.FindingNotFound)
            .CanFail(DoneAnalyses.Problems);
    }

    private static async Task<Results<Ok<IReadOnlyList<FindingAnswer>>, SentBody<FindingFormats>>> ListAsync(
        Guid id, HttpRequest request, DoneAnalyses analyses, CancellationToken cancellationToken,
        string format = "json", string of = "all")
    {
        var export = FindingExport.Find(format);
        if (export is null && !format.Equals("json", StringComparison.OrdinalIgnoreCase))
            throw ProblemKinds.BadFormat.Because("format must be json, csv, sarif, markdown or junit.");
        var part = RequestedPart.Parse(of);
        var all = await analyses.FindingsAsync(id, cancellationToken);
        var (record, summary) = await analyses.FindAsync(id, cancellationToken);
        var findings = all.Where(f => part.HasFinding(summary.Base, f)).ToList();
        if (export is null)
            return TypedResults.Ok(FindingAnswer.FromFindings(findings));
        var exported = new ExportedFindings(record.Name, request.ServiceAddress(), findings, summary.PullEstimated);
        return SentBody<FindingFormats>.FromWriter(
            export.MediaType, stream => export.WriteAsync(exported, stream, cancellationToken),
            $"findings-{id}.{export.Extension}");
    }

    private static async Task<Ok<EvidencePage>> PathsAsync(
        Guid id, string finding, DoneAnalyses analyses, CancellationToken cancellationToken, string? after = null)
    {
        var skip = PageStart.Parse(after);
        var bodies = (await analyses.FindingAsync(id, finding, cancellationToken)).Bodies;
        var tree = await analyses.TreeAsync(id, cancellationToken);
        var total = EvidencePages.Count(tree, bodies);
        var (page, _) = PageText.Cut(
            EvidencePages.Read(tree, bodies, skip, MaxPaths), MaxPaths, e => JsonLength.Measure(e.Path));
        return TypedResults.Ok(new EvidencePage(page, PageStart.Next(skip, page.Count, total), total));
    }

    private static async Task<Ok<SimulateAnswer>> SimulateAsync(
        Guid id, [FromBody] SimulateRequest request, DoneAnalyses analyses, CancellationToken cancellationToken)
    {
        if (request.Findings is null || request.Findings.Any(f => f is null))
            throw ProblemKinds.FindingsMissing.Because("findings must be a list of ids; it may be empty.");
        var findings = await analyses.FindingsAsync(id, cancellationToken);
        var tree = await analyses.TreeAsync(id, cancellationToken);
        var chosen = ChosenFindings.Select(findings, request.Findings);
        var simulation = Simulation.Without(tree.Layers, chosen.Select(f => f.Bodies));
        return TypedResults.Ok(new SimulateAnswer(simulation.DiskBytes, simulation.PullBytes, simulation.Layers));
    }
}
