using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Arriving;

namespace ImageInsight.Analysis.Sources;

/// <summary>An image of an archive or a registry, its layers not yet read.</summary>
public sealed class SourceImage
{
    /// <summary>
    /// Names this image within its source, the same on every opening (a digest, or its position when it has none).
    /// </summary>
    public required string Key { get; init; }

    public required Platform? Platform { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Why it cannot be analysed, when that is known before any layer is read.</summary>
    public ImageException? Error { get; init; }

    /// <summary>sha256 of the config blob's own bytes.</summary>
    public Digest ConfigDigest { get; internal init; }

    internal ImageConfig? Config { get; init; }

    /// <summary>The config as it was written.</summary>
    internal byte[] ConfigBytes { get; init; } = [];

    internal IReadOnlyList<SourceLayer> Layers { get; init; } = [];

    /// <summary>What is written down of its base, the best first.</summary>
    internal IReadOnlyList<StatedBase> StatedBases { get; init; } = [];

    internal SourceImage WithTags(IReadOnlyList<string> tags) => With(tags, StatedBases, Layers);

    internal SourceImage WithProvenance(IReadOnlyList<StatedBase> bases) =>
        With(Tags, [.. StatedBases, .. bases], Layers);

    /// <param name="arrived">By offset: what was read of the archive while it arrived.</param>
    internal SourceImage WithArrived(IReadOnlyDictionary<long, ArrivedLayer> arrived) => With(
        Tags,
        StatedBases,
        [
            .. Layers.Select(l => !l.IsOpaque && arrived.TryGetValue(l.Offset, out var read) && read.Size == l.Size
                && (l.Blob ?? read.Blob) == read.Blob && l.DiffId == read.DiffId
                    ? l with { KnownAs = read.Blob, Arrived = true }
                    : l),
        ]);

    private SourceImage With(
        IReadOnlyList<string> tags, IReadOnlyList<StatedBase> statedBases, IReadOnlyList<SourceLayer> layers) => new()
        {
            Key = Key,
            ConfigDigest = ConfigDigest,
            Config = Config,
            ConfigBytes = ConfigBytes,
            Platform = Platform,
            Tags = tags,
            Error = Error,
            Layers = layers,
            StatedBases = statedBases,
        };
}

/// <summary>A layer's place in its source and what is claimed of it.</summary>
/// <param name="Blob">The digest that names the blob in an OCI layout or a registry; a docker-archive names
/// none.</param>
/// <param name="Offset">In an archive.</param>
public sealed record SourceLayer(Digest DiffId, Digest? Blob, string? MediaType, long Offset, long Size)
{
    /// <summary>Only digest and size are known, and that is all there is to know.</summary>
    public bool IsOpaque { get; init; }

    /// <summary>
    /// The digest under which to ask for it among layers that were read before; null when its bytes must be read,
    /// whatever is claimed of them.
    /// </summary>
    public Digest? KnownAs { get; init; }

    /// <summary>Its bytes came, and were read meanwhile.</summary>
    public bool Arrived { get; init; }
}
