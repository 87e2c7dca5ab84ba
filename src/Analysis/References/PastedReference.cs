using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.References;

/// <summary>
/// What people paste for a reference: a command line, a line of a Dockerfile, the address of a web page.
/// </summary>
/// <param name="Platform">Named in a <c>--platform</c>; null when there is none.</param>
public sealed partial record PastedReference(ImageReference Reference, Platform? Platform)
{
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out PastedReference? pasted, [NotNullWhen(false)] out string? error)
    {
        pasted = null;
        var (name, platformText) = FromWords((text ?? "").Trim());
        Platform? platform = null;
        if (platformText is not null && !References.Platform.TryParse(platformText, out platform))
        {
            error = $"'{platformText}' is not a platform, like linux/arm64.";
            return false;
        }

        if (!TryFromAddress(name, out name, out error) || !ImageReference.TryParse(name, out var reference, out error))
            return false;
        pasted = new PastedReference(reference, platform);
        return true;
    }

    /// <summary>
    /// <c>docker pull --platform linux/arm64 x</c>, <c>podman pull x</c>, <c>docker run --rm x</c>, <c>FROM x AS
    /// build</c>.
    /// </summary>
    private static (string Name, string? Platform) FromWords(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToList();
        if (words is ["$" or "#" or "sudo", ..])
            words.RemoveAt(0);
        if (words is ["sudo", ..])
            words.RemoveAt(0);
        if (words.Count < 2)
            return (words.Count == 0 ? "" : words[0], null);
        if (words[0].Equals("FROM", StringComparison.OrdinalIgnoreCase) || words[0] == "image:")
            words.RemoveAt(0);
        else if (Command().IsMatch(string.Join(' ', words)))
            words.RemoveRange(0, words[1] == "image" ? 3 : 2);
        else
            return (text, null);
        string? platform = null;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].StartsWith("--platform=", StringComparison.Ordinal))
                platform = words[i]["--platform=".Length..];
            else if (words[i] == "--platform" && i + 1 < words.Count)
                platform = words[++i];
            else if (!words[i].StartsWith('-'))
                return (words[i].Trim('"', '\''), platform);
        }

        return ("", platform);
    }

    /// <summary>Web pages that show an image, and references with a scheme before them.</summary>
    private static bool TryFromAddress(string text, out string name, [NotNullWhen(false)] out string? error)
    {
        error = null;
        name = text;
        if (text.StartsWith("docker://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("oci://", StringComparison.OrdinalIgnoreCase))
            name = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var isWeb = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        var bare = isWeb ? text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..] : name;
        bare = bare.Split('?', '#')[0].TrimEnd('/');
        foreach (var (page, make) in Pages)
            if (page.Match(bare) is { Success: true } match)
            {
                name = make(match);
                return true;
            }

        if (!isWeb)
            return true;
        name = bare;
        if (WebSite().IsMatch(bare))
            error = "This is a web page that names no image. Paste the reference itself, like ghcr.io/org/app:1.4.";
        return error is null;
    }

    private static readonly (Regex Page, Func<Match, string> Make)[] Pages =
    [
        (HubOfficial(), m => m.Groups[1].Value),
        (HubLayers(), m => $"{m.Groups[1].Value}:{m.Groups[2].Value}"),
        (HubUser(), m => m.Groups[1].Value),
        (Quay(), m => $"quay.io/{m.Groups[1].Value}"),
        (GitHubPackage(),
            m => $"ghcr.io/{m.Groups[1].Value.ToLowerInvariant()}/"
                + $"{Uri.UnescapeDataString(m.Groups[2].Value).ToLowerInvariant()}"),
        (EcrPublic(), m => $"public.ecr.aws/{m.Groups[1].Value}"),
    ];

    [GeneratedRegex(
        "^(docker|podman|nerdctl|buildah|crane|ctr|finch|skopeo) (image "
            + ")?(pull|run|inspect|create|save|history|manifest) ", RegexOptions.CultureInvariant)]
    private static partial Regex Command();

    [GeneratedRegex(
        @"^(?:hub\.docker\.com|store\.docker\.com)/_/([a-z0-9._-]+)(?:/.*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HubOfficial();

    [GeneratedRegex(
        @"^hub\.docker\.com/layers/([a-z0-9._-]+/[a-z0-9._-]+)/([\w.-]+)(?:/.*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HubLayers();

    [GeneratedRegex(
        @"^hub\.docker\.com/(?:r|repository/docker)/([a-z0-9._-]+/[a-z0-9._-]+)(?:/.*)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex HubUser();

    [GeneratedRegex(@"^quay\.io/repository/([a-z0-9._/-]+?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Quay();

    [GeneratedRegex(
        @"^github\.com/(?:orgs/|users/)?([\w.-]+)/(?:[\w.-]+/pkgs|packages)/container/(?:package/)?([\w.%-]+)"
            + @"(?:/.*)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex GitHubPackage();

    [GeneratedRegex(@"^gallery\.ecr\.aws/([a-z0-9._-]+/[a-z0-9._/-]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex EcrPublic();

    [GeneratedRegex(
        @"^(?:[\w.-]*\.)?(?:hub\.docker\.com|github\.com|gitlab\.com|gallery\.ecr\.aws|store\.docker\.com"
            + @"|quay\.io/repository)(?:/|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex WebSite();
}
