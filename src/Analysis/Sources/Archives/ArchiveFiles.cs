using System.Security.Cryptography;
using ImageInsight.Analysis.References;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>The small files of an archive, read within the caps; blobs only with the digest that names them.</summary>
internal sealed class ArchiveFiles(
    SafeFileHandle file, ArchiveIndex index, AnalysisOptions options, WorkBudget work)
{
    private long documents;

    /// <summary>A document, parsed within the caps.</summary>
    public T Parse<T>(byte[] json, string what)
        where T : class
        => ImageJson.Parse<T>(json, what, options, work);

    public bool Has(string name) => index.TryFind(name, out _, out _);

    public bool TryFind(string name, out long offset, out long size) => index.TryFind(name, out offset, out size);

    /// <summary>
    /// In an OCI layout, or in a folder that skopeo calls <c>dir:</c>, which keeps blobs beside manifest.json.
    /// </summary>
    public bool TryFindBlob(Digest digest, out long offset, out long size) =>
        index.TryFind("blobs/sha256/" + digest.Hex, out offset, out size)
        || index.TryFind(digest.Hex, out offset, out size)
        || index.TryFind(digest.Hex + ".manifest.json", out offset, out size);

    public byte[]? TryRead(string name) =>
        index.TryFind(name, out var offset, out var size) ? Read(name, offset, size) : null;

    public byte[] Read(string name, string what) =>
        TryRead(name)
        ?? throw new ImageException(
            ImageErrors.BlobMissing, $"The archive names '{name}' as {what}, but has no such file.");

    public byte[]? TryReadBlob(Digest digest, long? stated, string what)
    {
        if (!TryFindBlob(digest, out var offset, out var size))
            return null;
        var bytes = Read(digest.ToString(), offset, size);
        var actual = Digest.FromHash(SHA256.HashData(bytes));
        if (actual != digest)
            throw new ImageException(
                ImageErrors.DigestMismatch, $"{what} {digest} has other content: its sha256 is {actual}.");
        ImageConfigs.CheckSize(stated, size, $"{what} {digest}");
        return bytes;
    }

    public static ImageException Missing(string what) =>
        new(ImageErrors.BlobMissing,
            $"{what} is not in this archive. Save the image with all its blobs (one platform is enough).");

    private byte[] Read(string name, long offset, long size)
    {
        if (size > options.MaxJsonBytes)
            throw Caps.Exceeded(
                $"'{name}' has {size} bytes, more than {options.MaxJsonBytes}", nameof(options.MaxJsonBytes));
        if ((documents += size) > options.MaxDocumentBytes)
            throw Caps.Exceeded(
                $"The archive's manifests, indexes and configs have more than {options.MaxDocumentBytes} bytes",
                nameof(options.MaxDocumentBytes));
        work.Spend(size);
        var bytes = new byte[size];
        using var slice = new FileSlice(file, offset, size);
        slice.ReadExactly(bytes);
        return bytes;
    }
}
