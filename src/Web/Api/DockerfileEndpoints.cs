using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Api.Bodies;
using ImageInsight.Web.Api.Queries;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Viewing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api;

/// <summary>The Dockerfile that an image's history stands for, and a better one.</summary>
internal static class DockerfileEndpoints
{
    public static void MapDockerfiles(this IEndpointRouteBuilder api) =>
        api.MapGet("/analyses/{id:guid}/dockerfile", GetAsync).WithTags("Findings").WithName("Dockerfile")
            .WithSummary("The Dockerfile reconstructed from the history, and a proposed one")
            .WithDescription(
                "As text/plain the reconstructed one alone, with version=proposed the other. "
                + "Predicted sizes are those without the findings that the proposal answers by a change; "
                + "the rest is in its comments.")
            .CanFail(ProblemKinds.BadVersion).CanFail(DoneAnalyses.Problems);

    private static async Task<Results<Ok<DockerfileAnswer>, SentBody<PlainText>>> GetAsync(
        Guid id, HttpRequest request, DoneAnalyses analyses, DockerfileCache dockerfiles,
        CancellationToken cancellationToken, string version = "reconstructed")
    {
        if (version is not ("reconstructed" or "proposed"))
            throw ProblemKinds.BadVersion.Because("version must be reconstructed or proposed.");
        var (_, summary) = await analyses.FindAsync(id, cancellationToken);
        var findings = await analyses.FindingsAsync(id, cancellationToken);
        var tree = await analyses.TreeAsync(id, cancellationToken);
        var made = await dockerfiles.GetAsync(id, tree, summary, findings, cancellationToken);
        if (!request.PrefersText())
            return TypedResults.Ok(DockerfileAnswer.FromDockerfile(made));
        // Read in a terminal, which would obey an escape sequence.
        return SentBody<PlainText>.FromText(
            PlainText.MediaType, SafeText.ShowMarks(version == "proposed" ? made.ProposedText : made.Text));
    }
}
