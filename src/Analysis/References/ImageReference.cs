using System.Diagnostics.CodeAnalysis;

namespace ImageInsight.Analysis.References;

/// <summary>
/// The name of an image in a registry with every default filled in: <c>redis</c> is
/// <c>docker.io/library/redis:latest</c>.
/// </summary>
/// <param name="Registry">Host and port as written: <c>ghcr.io</c>, <c>localhost:5000</c>, <c>[::1]:5000</c>.</param>
/// <param name="Tag">Null only when there is a digest; with both, the digest decides.</param>
public sealed record ImageReference(string Registry, string Repository, string? Tag, Digest? Digest)
{
    private const string DockerHub = "docker.io";
    private const string OldDockerHub = "index.docker.io";
    private const string OfficialPath = "library/";
    private const string DefaultTag = "latest";

    /// <summary>More than any reference; a pasted file must cost nothing.</summary>
    private const int MaxLength = 1024;

    /// <summary>What stands after <c>/manifests/</c>.</summary>
    public string TagOrDigest => Digest?.ToString() ?? Tag!;

    /// <summary>As Docker prints it: without the parts that are defaults.</summary>
    public string Familiar
    {
        get
        {
            var name = Registry != DockerHub ? $"{Registry}/{Repository}"
                : Repository.StartsWith(OfficialPath, StringComparison.Ordinal)
                    && !Repository[OfficialPath.Length..].Contains('/')
                    ? Repository[OfficialPath.Length..]
                    : Repository;
            return name + Suffix;
        }
    }

    /// <summary>
    /// As it is shown beside an image: with its tag, when it has one, and without what the tag led to.
    /// </summary>
    public string Tagged => Tag is null ? Familiar : (this with { Digest = null }).Familiar;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    public ImageReference WithDigest(Digest digest) => this with { Digest = digest };

    public override string ToString() => $"{Registry}/{Repository}{Suffix}";

    /// <param name="error">A sentence for people, when it is no reference.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? error)
    {
        reference = null;
        error = null;
        if (string.IsNullOrEmpty(text))
            error = "A reference is missing, like ghcr.io/org/app:1.4.";
        else if (text.Length > MaxLength)
            error = $"This has {text.Length} characters; a reference has at most {MaxLength}.";
        else if (ReferenceGrammar.IsIdentifier(text) || References.Digest.TryParse(text, out _))
            error = "This is an image ID, which names no registry. Use the name that was pulled, or "
                + "NAME@sha256:DIGEST.";
        else
            (reference, error) = Parse(text);
        return reference is not null;
    }

    private static (ImageReference? Reference, string? Error) Parse(string text)
    {
        var (registry, rest) = Split(text);
        var path = rest.Split(':', '@')[0];
        if (path.Any(char.IsAsciiLetterUpper))
        {
            var written = AsWritten(path, text);
            return (null, $"The repository '{written}' has upper-case letters; repositories are lower-case: "
                + $"'{written.ToLowerInvariant()}'.");
        }

        if (ReferenceGrammar.Match($"{registry}/{rest}") is not { } parts || parts.Domain != registry)
            return (null, WhyNot(registry, rest, text));
        // The grammar takes any digits for a port and any hex for an address.
        if (!Uri.TryCreate($"https://{registry}/", UriKind.Absolute, out _))
            return (null, WhyNotHost(registry));
        if (parts.Path.Length > ReferenceGrammar.MaxPathLength)
            return (null, $"The repository has {parts.Path.Length} characters, more than "
                + $"{ReferenceGrammar.MaxPathLength}.");
        if (parts.Digest is null)
            return (new ImageReference(registry, parts.Path, parts.Tag ?? DefaultTag, null), null);
        return References.Digest.TryParse(parts.Digest, out var digest)
            ? (new ImageReference(registry, parts.Path, parts.Tag, digest), null)
            : (null, $"'{parts.Digest}' is not a digest that is supported: sha256: and 64 lower-case hex digits.");
    }

    /// <summary>
    /// The first part is a host when it looks like one: a dot, a port, localhost, or an upper-case letter.
    /// </summary>
    private static (string Registry, string Remainder) Split(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        var isHost = first == "localhost" || first.Contains('.', StringComparison.Ordinal)
            || first.Contains(':', StringComparison.Ordinal)
            || first.Any(char.IsAsciiLetterUpper);
        var registry = !isHost || first == OldDockerHub ? DockerHub : first;
        var rest = isHost ? text[(slash + 1)..] : text;
        return registry == DockerHub && !rest.Contains('/', StringComparison.Ordinal) ? (registry, OfficialPath + rest)
            : (registry, rest);
    }

    /// <summary>Without the part that Docker Hub's official images are given here.</summary>
    private static string AsWritten(string path, string text) =>
        path.StartsWith(OfficialPath, StringComparison.Ordinal)
            && !text.Contains(OfficialPath, StringComparison.Ordinal)
            ? path[OfficialPath.Length..]
            : path;

    private static string WhyNotHost(string registry) =>
        $"'{registry}' is not a registry's host, like ghcr.io or localhost:5000.";

    private static string WhyNot(string registry, string rest, string text)
    {
        if (registry.EndsWith(':') && rest.StartsWith('/'))
            return "A reference has no scheme: leave out what stands before the host, and '://'.";
        if (!ReferenceGrammar.IsDomain(registry))
            return WhyNotHost(registry);
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0 && !References.Digest.TryParse(rest[(at + 1)..], out _))
            return $"'{rest[(at + 1)..]}' is not a digest: sha256: and 64 lower-case hex digits.";
        var name = at < 0 ? rest : rest[..at];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && !ReferenceGrammar.IsTag(name[(colon + 1)..]))
            return name.Length == colon + 1
                ? "The tag after ':' is missing."
                : $"'{name[(colon + 1)..]}' is not a tag: up to 128 letters, digits, '_', '.' and '-'. "
                    + "It must not start with '.' or '-'.";
        var path = colon < 0 ? name : name[..colon];
        return path.Split('/').Any(p => p.Length == 0)
            ? "The repository has an empty part: a slash too many."
            : $"'{AsWritten(path, text)}' is not a repository: lower-case letters and digits, with single '.', '_', "
                + "'__' or '-' between them.";
    }
}
