using ImageInsight.Web.Api.Bodies;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Api;

/// <summary>The same image without its wasted bytes.</summary>
internal static class OptimizedEndpoints
{
    public static void MapOptimized(this IEndpointRouteBuilder api) =>
        api.MapGet("/analyses/{id:guid}/optimized", WriteAsync).WithTags("Findings").WithName("OptimizedImage")
            .WithSummary("The same image without its wasted bytes, as an archive for docker load and skopeo copy")
            .WithDescription(
                "Layers, history, config and the final file system stay. findings: ids of safe findings, separated by "
                + "commas, whose files go as well. The archive is a docker-archive and an OCI layout.")
            .CanFail(ProblemKinds.FindingNotFound, ProblemKinds.FindingNotSafe, ProblemKinds.ImageMoved)
            .CanFail(DoneAnalyses.Problems)
            .CanFail(ImageProblems.OfOrigins);

    private static Task<SentBody<TarArchive>> WriteAsync(
        Guid id, OptimizedDownloads downloads, CancellationToken cancellationToken, string findings = "") =>
        downloads.OpenAsync(id, findings, cancellationToken);
}
