using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Findings;

/// <summary>Everything read from one image: what its manifest and config say, and its layers.</summary>
/// <param name="ConfigDigest">sha256 of the config blob's own bytes, whatever its file is called.</param>
public sealed record ImageFacts(
    Digest ConfigDigest,
    Platform Platform,
    IReadOnlyList<string> Tags,
    IReadOnlyList<ImageLayer> Layers,
    IReadOnlyList<HistoryEntry> History,
    IReadOnlyList<string> Environment)
{
    /// <summary>What the config says of a container, secrets masked.</summary>
    public ImageSettings Settings { get; init; } = ImageSettings.None;

    public BaseImage Base { get; init; } = BaseImage.Unknown;

    /// <summary>
    /// What a container starts: the words of ENTRYPOINT, then those of CMD. They may hold secrets: looked at, and never
    /// kept.
    /// </summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Where it starts, or null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// The family of bases that it belongs to itself (see <see cref="BaseImage.Family"/>); null for an application.
    /// </summary>
    public string? Offers { get; init; }
}
