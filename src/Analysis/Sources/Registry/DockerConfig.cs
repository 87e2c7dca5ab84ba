using System.Text;
using System.Text.Json;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// The logins of a docker config (<c>~/.docker/config.json</c>, podman's <c>auth.json</c>, a Kubernetes pull secret).
/// What a credential helper keeps elsewhere is not in it.
/// </summary>
public static class DockerConfig
{
    private const string HubKey = "https://index.docker.io/v1/";

    /// <summary>By registry. Throws <see cref="FormatException"/> when it is none, or holds no login.</summary>
    public static IReadOnlyDictionary<string, RegistryCredential> Read(string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
        }
        catch (JsonException e)
        {
            throw new FormatException("This is not the JSON of a docker config.", e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("auths", out var auths)
                || auths.ValueKind != JsonValueKind.Object)
                throw new FormatException(
                    "The docker config has no 'auths'. Logins that a credential helper keeps are not in the file.");
            var found = new Dictionary<string, RegistryCredential>();
            foreach (var auth in auths.EnumerateObject())
                if (Credential(auth.Value) is { } credential)
                    found[HostOf(auth.Name)] = credential;
            return found.Count > 0
                ? found
                : throw new FormatException(
                    "The docker config has no login in 'auths'. Those that a credential helper keeps are not in the "
                        + "file.");
        }
    }

    private static RegistryCredential? Credential(JsonElement auth)
    {
        if (auth.ValueKind != JsonValueKind.Object)
            return null;
        if (Text(auth, "identitytoken") is { Length: > 0 } token)
            return RegistryCredential.OfIdentityToken(token);
        if (Text(auth, "username") is { Length: > 0 } user && Text(auth, "password") is { } password)
            return new RegistryCredential(user, password);
        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(Text(auth, "auth") ?? "")).TrimEnd('\0');
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 ? new RegistryCredential(pair[..colon], pair[(colon + 1)..]) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()
            : null;

    private static string HostOf(string key)
    {
        if (key == HubKey || key is "index.docker.io" or "registry-1.docker.io")
            return "docker.io";
        var host = key.Contains("://", StringComparison.Ordinal)
            ? key[(key.IndexOf("://", StringComparison.Ordinal) + 3)..]
            : key;
        return host.Split('/')[0];
    }
}
