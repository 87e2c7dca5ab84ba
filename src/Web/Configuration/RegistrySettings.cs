using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Web.Configuration;

/// <summary>What is said of registries in the settings.</summary>
internal static class RegistrySettings
{
    public static RegistryOptions Read(IConfiguration configuration) => new()
    {
        Allow = Hosts(configuration, "Insight:Outbound:Allow"),
        Insecure = Hosts(configuration, "Insight:Registries:Insecure"),
        TokenHosts = Hosts(configuration, "Insight:Registries:TokenHosts"),
        Mirrors = Mirrors(configuration.GetSection("Insight:Registries:Mirrors")),
        RetryDelay = TimeSpan.FromMilliseconds(
            InsightSettings.Number(configuration, "Insight:Registries:RetryMilliseconds", 2000, 1, 60_000)),
        AnswerTimeout = TimeSpan.FromSeconds(
            InsightSettings.Number(configuration, "Insight:Registries:AnswerSeconds", 60, 1, 3600)),
        StallTimeout = TimeSpan.FromSeconds(
            InsightSettings.Number(configuration, "Insight:Registries:StallSeconds", 30, 1, 3600)),
    };

    private static HostList Hosts(IConfiguration configuration, string key)
    {
        try
        {
            return new HostList(InsightSettings.List(configuration, key));
        }
        catch (FormatException e)
        {
            throw new SettingException($"{InsightSettings.Env(key)}: {e.Message}");
        }
    }

    /// <summary>A list of <c>REGISTRY=MIRROR</c>: a colon in a key would be taken for a section.</summary>
    private static Dictionary<string, string> Mirrors(IConfigurationSection section)
    {
        var mirrors = new Dictionary<string, string>();
        foreach (var text in InsightSettings.List(section, ""))
            if (text.Split('=') is [{ Length: > 0 } registry, { Length: > 0 } mirror]
                && Uri.TryCreate($"https://{mirror}/", UriKind.Absolute, out _)
                && !mirror.Contains('/', StringComparison.Ordinal))
                mirrors[registry] = mirror;
            else
                throw new SettingException(
                    $"Insight__Registries__Mirrors: '{text}' is not REGISTRY=HOST, like docker.io=mirror.corp:5000.");
        return mirrors;
    }
}
