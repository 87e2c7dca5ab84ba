using ImageInsight.Data.Stores;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Api;

internal static class ShareEndpoints
{
    private const int DefaultHours = 7 * 24;
    private const int MaxHours = 10 * 8760;

    public static void MapShares(this IEndpointRouteBuilder api)
    {
        var shares = api.MapGroup("").WithTags("Sharing");
        shares.MapPost("/analyses/{id:guid}/shares", CreateAsync).WithName("CreateShare").WithSummary("Make a read-only link to one analysis")
            .Produces<ShareAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        shares.MapGet("/analyses/{id:guid}/shares", ListAsync).WithName("ListShares").WithSummary("The links that still work")
            .Produces<IReadOnlyList<ShareListItem>>().ProducesProblem(StatusCodes.Status404NotFound);
        shares.MapDelete("/shares/{id:guid}", RevokeAsync).WithName("RevokeShare").WithSummary("Make a link stop working at once")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(Guid id, ShareRequest? request, ShareStore store, CancellationToken cancellationToken)
    {
        var hours = request?.ExpiresInHours ?? DefaultHours;
        if (hours is < 1 or > MaxHours)
            return Problem.Result(StatusCodes.Status400BadRequest, "bad-expiry", $"expiresInHours must be from 1 to {MaxHours}.");
        return await store.CreateAsync(id, TimeSpan.FromHours(hours), cancellationToken) is { } share
            ? TypedResults.Created((string?)null, new ShareAnswer(share.Id, $"/s/{share.Token}", share.ExpiresAt))
            : Problem.NotFound();
    }

    private static async Task<IResult> ListAsync(Guid id, ShareStore store, CancellationToken cancellationToken) =>
        await store.ListAsync(id, cancellationToken) is { } shares
            ? TypedResults.Ok<IReadOnlyList<ShareListItem>>([.. shares.Select(s => new ShareListItem(s.Id, s.CreatedAt, s.ExpiresAt))])
            : Problem.NotFound();

    private static async Task<IResult> RevokeAsync(Guid id, ShareStore store, CancellationToken cancellationToken) =>
        await store.RevokeAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : Problem.Result(StatusCodes.Status404NotFound, "share-not-found", "There is no such share.");
}
