using System.Net;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// Whether a host may be shown a registry's credential: the registry itself, or one of the same domain, as
/// auth.docker.io is of registry-1.docker.io and gitlab.com of registry.gitlab.com.
/// </summary>
internal static class TokenHosts
{
    /// <summary>
    /// Under these, the domain that somebody owns has one label more (the most used of publicsuffix.org).
    /// </summary>
    private static readonly HashSet<string> Suffixes = new(StringComparer.OrdinalIgnoreCase)
    {
        "co.uk", "org.uk", "gov.uk", "ac.uk", "com.au", "net.au", "org.au", "co.nz", "co.jp", "or.jp", "ne.jp",
        "com.br", "com.cn", "net.cn", "org.cn", "com.tw", "com.hk", "com.sg", "co.in", "co.kr", "co.za", "com.mx",
        "com.tr", "com.ar", "github.io", "gitlab.io", "azurewebsites.net", "cloudfront.net", "herokuapp.com",
        "amazonaws.com", "azurecr.io", "pkg.dev", "run.app", "appspot.com", "web.app", "fly.dev", "vercel.app",
        "netlify.app", "pages.dev", "workers.dev", "onrender.com", "ngrok.io", "ngrok.app", "nip.io", "sslip.io",
        "duckdns.org",
    };

    public static bool AreRelated(string registry, string realm)
    {
        if (string.Equals(registry, realm, StringComparison.OrdinalIgnoreCase))
            return true;
        if (IPAddress.TryParse(registry.Trim('[', ']'), out _) || IPAddress.TryParse(realm.Trim('[', ']'), out _))
            return false;
        return Owned(registry) is { } a && string.Equals(a, Owned(realm), StringComparison.OrdinalIgnoreCase);
    }

    private static string? Owned(string host)
    {
        var labels = host.Split('.');
        var take = labels.Length >= 2 && Suffixes.Contains(string.Join('.', labels[^2..])) ? 3 : 2;
        return labels.Length < take ? null : string.Join('.', labels[^take..]);
    }
}
