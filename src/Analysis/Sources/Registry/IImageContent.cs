using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// Manifests and blobs of one repository, wherever they are held. Whoever reads them verifies their digests.
/// </summary>
public interface IImageContent
{
    /// <summary>What messages call the place.</summary>
    string Name { get; }

    /// <summary>Null when there is none.</summary>
    Task<ManifestBytes?> ManifestAsync(string tagOrDigest, int maxBytes, CancellationToken cancellationToken);

    /// <summary>A small blob, whole; null when there is none.</summary>
    Task<byte[]?> BlobAsync(Digest digest, int maxBytes, CancellationToken cancellationToken);

    Stream OpenBlob(Digest digest, long size, CancellationToken cancellationToken);
}

/// <param name="Digest">As the place states it, when it does.</param>
public sealed record ManifestBytes(byte[] Bytes, string? MediaType, string? Digest);
