using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Layers;

/// <summary>
/// A layer as it was stored or transferred, and how its bytes are shared among the entries. One diffID can arrive raw,
/// as gzip and as zstd, each with shares of its own.
/// </summary>
/// <param name="Digest">sha256 of the blob's bytes; equals the diffID when the blob is not compressed.</param>
/// <param name="Size">Length of the blob in bytes.</param>
/// <param name="MediaType">As the manifest states it, or the plain tar type where the manifest states none.</param>
/// <param name="PullBytes">What pulling the layer costs: the blob's size, or an estimate when it is not
/// compressed.</param>
/// <param name="PullEstimated">True when <paramref name="PullBytes"/> was estimated by deflating a sample.</param>
/// <param name="Shares">Pull bytes by entry ordinal (0 for implied directories); with <see cref="Tail"/> they add up to
/// PullBytes.</param>
public sealed record LayerBlob(
    Digest Digest,
    long Size,
    string MediaType,
    long PullBytes,
    bool PullEstimated,
    IReadOnlyList<long> Shares)
{
    /// <summary>Pull bytes that belong to no entry: end blocks, trailers, skippable frames.</summary>
    public long Tail => PullBytes - Shares.Sum();
}
