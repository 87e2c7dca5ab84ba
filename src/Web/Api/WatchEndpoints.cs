using System.Text.Json.Serialization;
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
            .WithSummary("The watches, each with its analyses, newest first");
        group.MapPost("", AddAsync).WithName("AddWatch")
            .WithSummary("Watch a tag: it is checked every few hours, and each new image it names is analysed")
            .CanFail(Watches.Problems);
        group.MapPost("/{id:guid}/check", CheckAsync).WithName("CheckWatch")
            .WithSummary("Check now")
            .WithDescription("The watch is checked within seconds instead of when it is due.")
            .CanFail(ProblemKinds.WatchNotFound);
        group.MapDelete("/{id:guid}", DeleteAsync).WithName("DeleteWatch")
            .WithSummary("Delete a watch")
            .WithDescription("Its analyses stay.")
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

/// <param name="Reference">What `docker pull` takes, with a tag.</param>
/// <param name="Platform">OS/ARCH[/VARIANT], or `all`; the service's own when left out.</param>
/// <param name="Credential">Name of a saved login.</param>
/// <param name="EveryHours">1 to 8760; 24 when left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WatchBody(string? Reference, string? Platform, string? Credential, int? EveryHours);
