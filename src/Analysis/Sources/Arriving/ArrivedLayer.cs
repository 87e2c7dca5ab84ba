using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Arriving;

/// <summary>A layer that was read while its archive arrived: what lies there was seen to be this.</summary>
/// <param name="Offset">In the archive, unpacked where it is compressed as a whole.</param>
public sealed record ArrivedLayer(long Offset, long Size, Digest DiffId, Digest Blob);
