using System.Text.Json.Serialization;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Registries;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ImageInsight.Web.Api;

/// <summary>Named logins. What is kept is never given out again.</summary>
internal static class CredentialEndpoints
{
    public static void MapCredentials(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/credentials").WithTags("Registries");
        group.MapGet("", ListAsync).WithName("ListCredentials")
            .WithSummary("Names and registries of the saved logins");
        group.MapPut("/{name}", SaveAsync).WithName("SaveCredential")
            .WithSummary("Save a login, encrypted; it replaces one of the same name")
            .CanFail(ProblemKinds.CredentialInvalid);
        group.MapDelete("/{name}", DeleteAsync).WithName("DeleteCredential").WithSummary("Delete a saved login")
            .CanFail(ProblemKinds.CredentialNotFound);
        group.MapPost("/import", ImportAsync).WithName("ImportCredentials")
            .WithSummary("Save every login of a docker config")
            .WithDescription(
                "The body is `~/.docker/config.json`; each login is saved under the name of its registry.")
            .Accepts<object>("application/json").CanFail(ProblemKinds.CredentialInvalid);
    }

    private static async Task<Ok<IReadOnlyList<CredentialAnswer>>> ListAsync(
        CredentialStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok<IReadOnlyList<CredentialAnswer>>(
            [.. (await store.ListAsync(
                cancellationToken)).Select(c => new CredentialAnswer(c.Name, c.Registry, c.CreatedAt))]);

    private static async Task<NoContent> SaveAsync(
        string name, [FromBody] SaveCredentialBody body, CredentialKeeper keeper, CancellationToken cancellationToken)
    {
        await keeper.KeepAsync(name, body.Registry, body.Username, body.Password, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(
        string name, CredentialStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(name, cancellationToken)
            ? TypedResults.NoContent()
            : throw ProblemKinds.CredentialNotFound.Because("There is no saved login of this name.");

    private static async Task<Ok<IReadOnlyList<string>>> ImportAsync(
        HttpRequest request, CredentialKeeper keeper, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        return TypedResults.Ok(
            await keeper.ImportAsync(await reader.ReadToEndAsync(cancellationToken), cancellationToken));
    }
}

/// <param name="Registry">The only registry that it is sent to.</param>
public sealed record CredentialAnswer(string Name, string Registry, DateTime CreatedAt);

/// <param name="Registry">The host that the login is for, like ghcr.io or docker.io.</param>
/// <param name="Password">Or a token.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SaveCredentialBody(string? Registry, string? Username, string? Password);
