using ImageInsight.Data.Stores;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api;

/// <summary>References that are looked at every few hours.</summary>
internal static class WatchEndpoints
{
    public static void MapWatches(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/watches").WithTags("Registries");
        group.MapGet("", ListAsync).WithName("ListWatches")
            .WithSummary("The watched references, with their analyses, newest first");
        group.MapPost("", AddAsync).WithName("AddWatch")
            .WithSummary("Look at a reference every few hours; each new digest is analysed").CanFail(Watches.Problems);
        group.MapPost("/{id:guid}/check", CheckAsync).WithName("CheckWatch")
            .WithSummary("Look now, and not only when it is due")
            .CanFail(ProblemKinds.WatchNotFound);
        group.MapDelete("/{id:guid}", DeleteAsync).WithName("DeleteWatch")
            .WithSummary("Watch no longer; the analyses stay")
            .CanFail(ProblemKinds.WatchNotFound);
    }

    private static async Task<Ok<IReadOnlyList<WatchRecord>>> ListAsync(
        WatchStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(await store.ListAsync(cancellationToken));

    private static async Task<Created<WatchRecord>> AddAsync(
        [FromBody] WatchBody body, Watches watches, CancellationToken cancellationToken) =>
        TypedResults.Created(
            (string?)null,
            await watches.AddAsync(body.Reference, body.Platform, body.Credential, body.EveryHours, cancellationToken));

    private static async Task<Accepted> CheckAsync(Guid id, WatchStore store, CancellationToken cancellationToken) =>
        await store.HastenAsync(id, cancellationToken) ? TypedResults.Accepted((string?)null) : throw NotFound();

    private static async Task<NoContent> DeleteAsync(Guid id, WatchStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : throw NotFound();

    private static ProblemException NotFound() => ProblemKinds.WatchNotFound.Because("There is no such watch.");
}

/// <param name="Credential">Name of a kept credential.</param>
/// <param name="EveryHours">24 when left out.</param>
public sealed record WatchBody(string? Reference, string? Platform, string? Credential, int? EveryHours);
