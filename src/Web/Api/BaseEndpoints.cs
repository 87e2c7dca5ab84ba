using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Api;

/// <summary>What an image is built on, and what it could be built on.</summary>
internal static class BaseEndpoints
{
    public static void MapBases(this IEndpointRouteBuilder api) =>
        api.MapGroup("/analyses/{id:guid}").WithTags("Bases").MapGet("/base", GetAsync).WithName("GetBase")
            .WithSummary("The base of an image, and leaner ones that were measured here")
            .WithDescription("Only images of the same family and platform that this service has analysed are compared, so that every figure is a measured one.")
            .Produces<BasePageAnswer>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> GetAsync(Guid id, AnalysisStore store, BaseStore bases, CancellationToken cancellationToken)
    {
        if ((await store.FindAsync(id, cancellationToken))?.Summary is not { } summary)
            return await ContentEndpoints.NotDoneAsync(id, store, cancellationToken);
        var itsBase = BaseAnswer.Of(summary);
        var leaner = await bases.LeanerAsync(summary, cancellationToken);
        return TypedResults.Ok(new BasePageAnswer(
            itsBase,
            [.. leaner.Select(l => new LeanerAnswer(
                l.Id, $"/images/{l.Id}", l.Name, l.DiskBytes, l.PullBytes, l.PullEstimated, itsBase.DiskBytes - l.DiskBytes, itsBase.PullBytes - l.PullBytes))]));
    }
}
