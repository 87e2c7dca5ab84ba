using System.Text.Json;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources;

/// <summary>
/// What somebody wrote down of the image that this one was built on. Anybody can write anything: it names, it proves
/// nothing.
/// </summary>
/// <param name="Name">A whole reference; <see cref="Scratch"/> for none.</param>
/// <param name="Layers">How many of the lowest layers it has, when that is stated too.</param>
internal sealed record StatedBase(StatedBy By, string? Name, string? Digest, int? Layers = null)
{
    public const string Scratch = "scratch";

    public const string NameKey = "org.opencontainers.image.base.name";

    public const string DigestKey = "org.opencontainers.image.base.digest";

    /// <summary>The best first: https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md.</summary>
    public static IReadOnlyList<StatedBase> ReadAll(OciDocument? manifest, OciDescriptor? listed, ImageConfig config)
    {
        StatedBase?[] all =
        [
            Read(StatedBy.Annotation, key => TextOf(manifest?.Annotations, key)),
            Read(StatedBy.Annotation, key => listed?.Annotations?.GetValueOrDefault(key)),
            Read(StatedBy.Label, key => TextOf(config.Config?.Labels, key)),
        ];
        return [.. all.OfType<StatedBase>()];
    }

    /// <summary>Null when it is no name that anybody could pull.</summary>
    public static StatedBase? Create(StatedBy by, string? name, string? digest, int? layers = null)
    {
        var reference = ImageReference.TryParse(name, out var parsed, out _) ? parsed : null;
        var stated = References.Digest.TryParse(digest, out var whole) ? whole.ToString()
            : reference?.Digest?.ToString();
        var named = name == Scratch ? Scratch : reference is { Tag: not null }
            ? (reference with { Digest = null }).ToString()
            : reference?.ToString();
        return named is null && stated is null ? null : new StatedBase(by, named, stated, layers);
    }

    private static StatedBase? Read(StatedBy by, Func<string, string?> value) =>
        Create(by, value(NameKey), value(DigestKey));

    private static string? TextOf(JsonElement? map, string key)
    {
        try
        {
            return map is { ValueKind: JsonValueKind.Object } m && m.TryGetProperty(key, out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}

internal enum StatedBy : byte
{
    Annotation,

    /// <summary>In the config, and so inherited by every image that is built on this one.</summary>
    Label,

    Provenance,
}
