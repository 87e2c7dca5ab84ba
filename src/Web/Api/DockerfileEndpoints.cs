using System.Text;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Viewing;
using Microsoft.Net.Http.Headers;

namespace ImageInsight.Web.Api;

/// <summary>The Dockerfile that an image's history stands for, and a better one.</summary>
internal static class DockerfileEndpoints
{
    public static void MapDockerfiles(this IEndpointRouteBuilder api) =>
        api.MapGet("/analyses/{id:guid}/dockerfile", GetAsync).WithTags("Findings").WithName("Dockerfile")
            .WithSummary("The Dockerfile reconstructed from the history, and a proposed one")
            .WithDescription(
                "As text/plain the reconstructed one alone, with version=proposed the other. Predicted sizes are those without the findings that the proposal answers by a change; "
                + "the rest is in its comments.")
            .Produces<DockerfileAnswer>(StatusCodes.Status200OK, "application/json", "text/plain").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> GetAsync(
        Guid id, HttpRequest request, AnalysisStore store, TreeCache trees, CancellationToken cancellationToken, string version = "reconstructed")
    {
        if (version is not ("reconstructed" or "proposed"))
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-version", "version must be reconstructed or proposed.");
        if (await store.FindAsync(id, cancellationToken) is not { Summary: { } summary }
            || await store.FindingsAsync(id, cancellationToken) is not { } findings || await trees.GetAsync(id, cancellationToken) is not { } tree)
            return await ContentEndpoints.NotDoneAsync(id, store, cancellationToken);
        var made = Dockerfile.Create(tree, summary.History, summary.Base, summary.Platform, findings);
        request.HttpContext.Response.Headers.Vary = HeaderNames.Accept;
        return WantsText(request)
            ? TypedResults.Text(version == "proposed" ? made.ProposedText : made.Text, "text/plain", Encoding.UTF8)
            : TypedResults.Ok(DockerfileAnswer.Of(made));
    }

    internal static bool WantsText(HttpRequest request) =>
        request.GetTypedHeaders().Accept.OrderByDescending(a => a.Quality ?? 1).FirstOrDefault() is { } first
        && first.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase);
}

/// <param name="Lines">Of the reconstructed one.</param>
/// <param name="Dockerignore">Belongs to the proposal; left out when it needs none.</param>
/// <param name="Applied">Ids of the findings that the proposal answers by a change.</param>
/// <param name="Notes">What an image does not tell.</param>
public sealed record DockerfileAnswer(
    IReadOnlyList<DockerfileLine> Lines, IReadOnlyList<ProposedLine> Proposed, string? Dockerignore, IReadOnlyList<string> Applied, IReadOnlyList<string> Notes,
    SizesAnswer Predicted)
{
    public static DockerfileAnswer Of(Dockerfile d) => new(
        d.Lines, d.Proposed, d.Ignore, d.Applied, d.Notes, new SizesAnswer(d.Predicted.DiskBytes, d.Predicted.PullBytes));
}

public sealed record SizesAnswer(long DiskBytes, long PullBytes);
