using ImageInsight.Analysis;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Pushes;

/// <summary>A repository that was pushed to this service.</summary>
internal sealed class PushedContent(PushStore store, SpoolFolder spool, string repository) : IImageContent
{
    public string Name => "What was pushed";

    public async Task<ManifestBytes?> ManifestAsync(
        string tagOrDigest, int maxBytes, CancellationToken cancellationToken) =>
        await store.FindManifestAsync(repository, tagOrDigest, cancellationToken) is { } manifest
            ? new ManifestBytes(manifest.Bytes, manifest.MediaType, manifest.Digest)
            : null;

    public async Task<byte[]?> BlobAsync(Digest digest, int maxBytes, CancellationToken cancellationToken)
    {
        if (await store.FindBlobAsync(digest.ToString(), cancellationToken) is not { } blob)
            return null;
        return blob.Bytes <= maxBytes
            ? await File.ReadAllBytesAsync(spool.PathOf(blob.SpoolName), cancellationToken)
            : throw new ImageException(
                ImageErrors.LimitExceeded, $"The blob {digest} has {blob.Bytes} bytes, more than {maxBytes}.");
    }

    public Stream OpenBlob(Digest digest, long size, CancellationToken cancellationToken)
    {
        // Called on a thread of its own, which may wait.
        var blob = store.FindBlobAsync(digest.ToString(), cancellationToken).GetAwaiter().GetResult();
        if (blob is null)
            throw NoLongerKept(digest);
        try
        {
            return File.OpenRead(spool.PathOf(blob.SpoolName));
        }
        catch (FileNotFoundException)
        {
            throw NoLongerKept(digest);
        }
    }

    private static ImageException NoLongerKept(Digest digest) =>
        new(ImageErrors.BlobMissing,
            $"The blob {digest} is no longer kept (Insight__Spool__KeepHours). Push the image again.");
}
