using ImageInsight.Data.Stores;
using ImageInsight.Web.Api.Answers;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageInsight.Web.Api;

internal static class ShareEndpoints
{
    private const int DefaultHours = 7 * 24;
    private const int MaxHours = 10 * 8760;

    public static void MapShares(this IEndpointRouteBuilder api)
    {
        var shares = api.MapGroup("").WithTags("Sharing");
        shares.MapPost("/analyses/{id:guid}/shares", CreateAsync).WithName("CreateShare")
            .WithSummary("Make a read-only link to one analysis")
            .CanFail(ProblemKinds.BadExpiry, ProblemKinds.AnalysisNotFound);
        shares.MapGet("/analyses/{id:guid}/shares", ListAsync).WithName("ListShares")
            .WithSummary("The links that still work")
            .CanFail(ProblemKinds.AnalysisNotFound);
        shares.MapDelete("/shares/{id:guid}", RevokeAsync).WithName("RevokeShare")
            .WithSummary("Make a link stop working at once")
            .CanFail(ProblemKinds.ShareNotFound);
    }

    private static async Task<Created<ShareAnswer>> CreateAsync(
        Guid id, ShareRequest? request, ShareStore store, CancellationToken cancellationToken)
    {
        var hours = request?.ExpiresInHours ?? DefaultHours;
        if (hours is < 1 or > MaxHours)
            throw ProblemKinds.BadExpiry.Because($"expiresInHours must be from 1 to {MaxHours}.");
        var share = await store.CreateAsync(id, TimeSpan.FromHours(hours), cancellationToken)
            ?? throw DoneAnalyses.NotFound();
        return TypedResults.Created((string?)null, new ShareAnswer(share.Id, $"/s/{share.Token}", share.ExpiresAt));
    }

    private static async Task<Ok<IReadOnlyList<ShareListItem>>> ListAsync(
        Guid id, ShareStore store, CancellationToken cancellationToken)
    {
        var shares = await store.ListAsync(id, cancellationToken) ?? throw DoneAnalyses.NotFound();
        return TypedResults.Ok<IReadOnlyList<ShareListItem>>(
            [.. shares.Select(s => new ShareListItem(s.Id, s.CreatedAt, s.ExpiresAt))]);
    }

    private static async Task<NoContent> RevokeAsync(Guid id, ShareStore store, CancellationToken cancellationToken) =>
        await store.RevokeAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : throw ProblemKinds.ShareNotFound.Because("There is no such share.");
}
