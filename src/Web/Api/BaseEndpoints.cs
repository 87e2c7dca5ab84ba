using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Answers;
using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api;

/// <summary>What an image is built on, and what it could be built on.</summary>
internal static class BaseEndpoints
{
    public static void MapBases(this IEndpointRouteBuilder api) =>
        api.MapGroup("/analyses/{id:guid}").WithTags("Bases").MapGet("/base", GetAsync).WithName("GetBase")
            .WithSummary("The base image of an image, and smaller ones that were analysed here")
            .WithDescription(
                "Only images of the same family and platform that this service has analysed are compared, "
                + "so that every figure is a measured one.")
            .CanFail(DoneAnalyses.Problems);

    private static async Task<Ok<BasePageAnswer>> GetAsync(
        Guid id, DoneAnalyses analyses, BaseStore bases, CancellationToken cancellationToken)
    {
        var (_, summary) = await analyses.FindAsync(id, cancellationToken);
        var itsBase = BaseAnswer.FromSummary(summary);
        var leaner = await bases.LeanerAsync(summary, cancellationToken);
        return TypedResults.Ok(new BasePageAnswer(
            itsBase,
            [.. leaner.Select(l => new LeanerAnswer(
                l.Id, $"/images/{l.Id}", l.Name, l.DiskBytes, l.PullBytes, l.PullEstimated,
                itsBase.DiskBytes - l.DiskBytes,
                itsBase.PullBytes - l.PullBytes))]));
    }
}
