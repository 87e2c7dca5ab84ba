namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>Where the API of a registry answers.</summary>
/// <param name="Host">With the port, when one is given.</param>
internal sealed record RegistryEndpoint(string Name, string Scheme, string Host, bool IsMirror)
{
    private static readonly Dictionary<string, string> ApiHosts = new() { ["docker.io"] = "registry-1.docker.io" };

    /// <summary>The mirrors first; the registry itself last.</summary>
    public static IReadOnlyList<RegistryEndpoint> ForRegistry(string registry, RegistryOptions options)
    {
        var own = new RegistryEndpoint(
            registry, SchemeOf(ApiHost(registry), options), ApiHost(registry), IsMirror: false);
        return options.Mirrors.GetValueOrDefault(registry) is { } mirror
            ? [new RegistryEndpoint(mirror, SchemeOf(mirror, options), mirror, IsMirror: true), own]
            : [own];
    }

    public Uri At(string path) => new($"{Scheme}://{Host}/v2/{path}");

    public bool IsOrigin(Uri uri) =>
        uri.Scheme == Scheme && At("") is var root && uri.Host == root.Host && uri.Port == root.Port;

    public static bool IsInsecure(Uri uri, RegistryOptions options) => options.Insecure.Contains(uri.Host, uri.Port);

    private static string ApiHost(string registry) => ApiHosts.GetValueOrDefault(registry, registry);

    private static string SchemeOf(string host, RegistryOptions options) =>
        IsInsecure(new Uri("http://" + host), options) ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
}
