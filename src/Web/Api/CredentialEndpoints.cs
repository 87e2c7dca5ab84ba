using ImageInsight.Data.Stores;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Registries;

namespace ImageInsight.Web.Api;

/// <summary>Named logins. What is kept is never given out again.</summary>
internal static class CredentialEndpoints
{
    public static void MapCredentials(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/credentials").WithTags("Registries");
        group.MapGet("", ListAsync).WithName("ListCredentials").WithSummary("Names and registries of the kept credentials")
            .Produces<IReadOnlyList<CredentialAnswer>>();
        group.MapPut("/{name}", SaveAsync).WithName("SaveCredential").WithSummary("Keep a credential, encrypted; replaces one of the same name")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapDelete("/{name}", DeleteAsync).WithName("DeleteCredential").WithSummary("Forget a credential")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/import", ImportAsync).WithName("ImportCredentials")
            .WithSummary("Keep every login of a docker config (`~/.docker/config.json`), each under the name of its registry")
            .Accepts<object>("application/json").Produces<IReadOnlyList<string>>().ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ListAsync(CredentialStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok<IReadOnlyList<CredentialAnswer>>(
            [.. (await store.ListAsync(cancellationToken)).Select(c => new CredentialAnswer(c.Name, c.Registry, c.CreatedAt))]);

    private static async Task<IResult> SaveAsync(string name, SaveCredentialBody body, CredentialKeeper keeper, CancellationToken cancellationToken)
    {
        try
        {
            await keeper.KeepAsync(name, body.Registry, body.Username, body.Password, cancellationToken);
            return TypedResults.NoContent();
        }
        catch (OrderException e)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, e.Code, e.Message);
        }
    }

    private static async Task<IResult> DeleteAsync(string name, CredentialStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(name, cancellationToken)
            ? TypedResults.NoContent()
            : Problem.Result(StatusCodes.Status404NotFound, "credential-not-found", "There is no such credential.");

    private static async Task<IResult> ImportAsync(HttpRequest request, CredentialKeeper keeper, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        try
        {
            return TypedResults.Ok(await keeper.ImportAsync(await reader.ReadToEndAsync(cancellationToken), cancellationToken));
        }
        catch (OrderException e)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, e.Code, e.Message);
        }
    }
}

/// <param name="Registry">The only registry that it is sent to.</param>
public sealed record CredentialAnswer(string Name, string Registry, DateTime CreatedAt);

/// <param name="Password">Or a token.</param>
public sealed record SaveCredentialBody(string? Registry, string? Username, string? Password);
