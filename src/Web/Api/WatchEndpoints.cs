using ImageInsight.Data.Stores;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Api;

/// <summary>References that are looked at every few hours.</summary>
internal static class WatchEndpoints
{
    private const int MaxHours = 24 * 365;

    public static void MapWatches(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/watches").WithTags("Registries");
        group.MapGet("", ListAsync).WithName("ListWatches").WithSummary("The watched references, with their analyses, newest first")
            .Produces<IReadOnlyList<WatchRecord>>();
        group.MapPost("", AddAsync).WithName("AddWatch").WithSummary("Look at a reference every few hours; each new digest is analysed")
            .Produces<WatchRecord>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("/{id:guid}/check", CheckAsync).WithName("CheckWatch").WithSummary("Look now, and not only when it is due")
            .Produces(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapDelete("/{id:guid}", DeleteAsync).WithName("DeleteWatch").WithSummary("Watch no longer; the analyses stay")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(WatchStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(await store.ListAsync(cancellationToken));

    private static async Task<IResult> AddAsync(WatchBody body, Watches watches, CancellationToken cancellationToken)
    {
        if (body.EveryHours is < 1 or > MaxHours)
            return Problem.Result(StatusCodes.Status400BadRequest, "watch-invalid", $"everyHours is from 1 to {MaxHours}.");
        try
        {
            var order = new PullBody(body.Reference, body.Platform, body.Credential is null ? null : new CredentialBody(body.Credential, null, null)).Check();
            var watch = await watches.AddAsync(order, body.EveryHours ?? 24, cancellationToken);
            return TypedResults.Created((string?)null, watch);
        }
        catch (OrderException e)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, e.Code, e.Message);
        }
    }

    private static async Task<IResult> CheckAsync(Guid id, WatchStore store, CancellationToken cancellationToken) =>
        await store.HastenAsync(id, cancellationToken) ? TypedResults.Accepted((string?)null) : NotFound();

    private static async Task<IResult> DeleteAsync(Guid id, WatchStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : NotFound();

    private static IResult NotFound() => Problem.Result(StatusCodes.Status404NotFound, "watch-not-found", "There is no such watch.");
}

/// <param name="Credential">Name of a kept credential.</param>
/// <param name="EveryHours">24 when left out.</param>
public sealed record WatchBody(string? Reference, string? Platform, string? Credential, int? EveryHours);
