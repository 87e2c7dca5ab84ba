using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>An image of an archive, not yet read.</summary>
public sealed class ArchiveImage
{
    /// <summary>Names this image within its archive, the same on every opening (a config digest, or its position when it has none).</summary>
    public required string Key { get; init; }

    public required Platform? Platform { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Why it cannot be analysed, when that is known before any layer is read.</summary>
    public ImageException? Error { get; init; }
}
