using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Registries;

/// <summary>Takes logins to keep, checked and encrypted.</summary>
internal sealed class CredentialKeeper(CredentialStore store, CredentialVault vault)
{
    private const int MaxName = 100;
    private const int MaxSecret = 64 << 10;

    public Task KeepAsync(
        string name, string? registry, string? user, string? password, CancellationToken cancellationToken)
    {
        if (name.Length == 0)
            throw Invalid("Name is required.");
        if (name.Length > MaxName || name.Any(char.IsControl))
            throw Invalid($"Name must have 1 to {MaxName} visible characters.");
        if (HostOf(registry) is not { } host)
            throw Invalid("Registry must be the host that the login is for, like ghcr.io or docker.io.");
        if (user is not { Length: > 0 } || user.Contains(':', StringComparison.Ordinal)
            || password is not { Length: > 0 and <= MaxSecret })
            throw Invalid("User and password (or token) are both required; a user name has no colon.");
        return KeepAsync(name, host, new RegistryCredential(user, password), cancellationToken);
    }

    /// <summary>Each login of a docker config, under the name of its registry; answers the names.</summary>
    public async Task<IReadOnlyList<string>> ImportAsync(string dockerConfig, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, RegistryCredential> logins;
        try
        {
            logins = DockerConfig.Read(dockerConfig);
        }
        catch (FormatException e)
        {
            throw Invalid(e.Message);
        }

        var names = new List<string>();
        foreach (var (registry, credential) in logins)
            if (HostOf(registry) is { Length: <= MaxName } host)
            {
                await KeepAsync(host, host, credential, cancellationToken);
                names.Add(host);
            }

        return names;
    }

    private Task KeepAsync(string name, string host, RegistryCredential credential, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return store.SaveAsync(id, name, host, vault.Protect(id, credential), cancellationToken);
    }

    /// <summary>A name without dot or port would be a user of Docker Hub.</summary>
    private static string? HostOf(string? registry) =>
        ImageReference.TryParse(registry + "/a", out var reference, out _)
            && (reference.Registry == registry || registry == "index.docker.io")
            ? reference.Registry
            : null;

    private static CredentialException Invalid(string detail) => new(detail);
}
