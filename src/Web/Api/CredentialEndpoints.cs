using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Registries;

namespace ImageInsight.Web.Api;

/// <summary>Named logins. What is kept is never given out again.</summary>
internal static class CredentialEndpoints
{
    private const int MaxName = 100;
    private const int MaxSecret = 64 << 10;

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

    private static async Task<IResult> SaveAsync(
        string name, SaveCredentialBody body, CredentialStore store, CredentialVault vault, CancellationToken cancellationToken)
    {
        if (name.Length > MaxName || name.Any(char.IsControl))
            return Invalid($"A name has at most {MaxName} characters, and none that cannot be seen.");
        if (body.Registry is not { Length: > 0 } registry || !ImageReference.TryParse(registry + "/a", out var reference, out _) || reference.Registry != Canonical(registry))
            return Invalid("registry is the host that the credential is for, like ghcr.io or docker.io.");
        if (body.Username is not { Length: > 0 } user || user.Contains(':', StringComparison.Ordinal) || body.Password is not { Length: > 0 and <= MaxSecret } password)
            return Invalid("username and password (or token) are both needed; a user name has no colon.");
        await KeepAsync(store, vault, name, reference.Registry, new RegistryCredential(user, password), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteAsync(string name, CredentialStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(name, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.Result(StatusCodes.Status404NotFound, "credential-not-found", "There is no such credential.");

    private static async Task<IResult> ImportAsync(HttpRequest request, CredentialStore store, CredentialVault vault, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, RegistryCredential> logins;
        try
        {
            using var reader = new StreamReader(request.Body);
            logins = DockerConfig.Read(await reader.ReadToEndAsync(cancellationToken));
        }
        catch (FormatException e)
        {
            return Invalid(e.Message);
        }

        var kept = new List<string>();
        foreach (var (registry, credential) in logins)
            if (registry.Length <= MaxName && ReferenceHost(registry) is { } host)
            {
                await KeepAsync(store, vault, host, host, credential, cancellationToken);
                kept.Add(host);
            }

        return TypedResults.Ok<IReadOnlyList<string>>(kept);
    }

    private static Task KeepAsync(
        CredentialStore store, CredentialVault vault, string name, string registry, RegistryCredential credential, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return store.SaveAsync(id, name, registry, vault.Protect(id, credential), cancellationToken);
    }

    private static string? ReferenceHost(string registry) =>
        ImageReference.TryParse(registry + "/a", out var reference, out _) && reference.Registry == Canonical(registry) ? reference.Registry : null;

    private static string Canonical(string registry) => registry == "index.docker.io" ? "docker.io" : registry;

    private static IResult Invalid(string detail) => Problems.Result(StatusCodes.Status400BadRequest, "credential-invalid", detail);
}

/// <param name="Registry">The only registry that it is sent to.</param>
public sealed record CredentialAnswer(string Name, string Registry, DateTime CreatedAt);

/// <param name="Password">Or a token.</param>
public sealed record SaveCredentialBody(string? Registry, string? Username, string? Password);
