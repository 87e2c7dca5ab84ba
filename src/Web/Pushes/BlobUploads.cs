using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Pushes;

/// <summary>
/// Blobs on their way in, in one request or in chunks. A file in the spool is the upload; its length is its state.
/// </summary>
internal sealed class BlobUploads(SpoolFolder spool, PushStore store, InsightSettings settings)
{
    private const string Suffix = ".push";

    /// <summary>
    /// Hashes of uploads under way; one that is lost (a restart, another process) is made anew from the file.
    /// </summary>
    private const int MaxHashes = 512;

    private readonly ConcurrentDictionary<string, (IncrementalHash Hash, long Length)> hashes = new();

    public string Begin()
    {
        var id = Guid.NewGuid().ToString("N");
        File.Create(PathOf(id)).Dispose();
        return id;
    }

    public long LengthOf(string id) =>
        new FileInfo(PathOf(id)) is { Exists: true } file ? file.Length : throw PushException.NoUpload();

    public void Cancel(string id)
    {
        LengthOf(id);
        Forget(id);
        File.Delete(PathOf(id));
    }

    /// <summary>The length after it. What did arrive before a break stays, and the client goes on behind it.</summary>
    /// <param name="from">Where the client believes to be; null when it does not say.</param>
    public async Task<long> AppendAsync(string id, long? from, Stream body, CancellationToken cancellationToken)
    {
        await using var file = Open(id);
        if (from is not null && from != file.Length)
            throw new PushException(
                StatusCodes.Status416RangeNotSatisfiable, PushErrors.BlobUploadInvalid,
                $"The upload has {file.Length} bytes; the chunk begins at {from}.");
        var hash = await HashOfAsync(id, file, cancellationToken);
        file.Seek(0, SeekOrigin.End);
        var buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (file.Length + read > settings.MaxUploadBytes)
                    throw UploadException.TooLarge(settings.MaxUploadBytes);
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            Remember(id, hash, file.Length);
            return file.Length;
        }
        catch (IOException e) when (SpoolFolder.IsFull(e))
        {
            throw SpoolFolder.Full();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes the upload a blob, when it is the one that it is said to be.</summary>
    public async Task CompleteAsync(string id, Digest digest, CancellationToken cancellationToken)
    {
        long length;
        Digest actual;
        await using (var file = Open(id))
        {
            length = file.Length;
            using var hash = await HashOfAsync(id, file, cancellationToken);
            actual = Digest.FromHash(hash.GetHashAndReset());
        }

        if (actual != digest)
        {
            File.Delete(PathOf(id));
            throw new PushException(
                StatusCodes.Status400BadRequest, PushErrors.DigestInvalid,
                $"The bytes that were sent have the sha256 {actual}, not {digest}.");
        }

        var name = id + ".blob";
        File.Move(PathOf(id), spool.PathOf(name));
        if (!await store.AddBlobAsync(digest.ToString(), name, length, CancellationToken.None))
            spool.Delete(name);
    }

    private string PathOf(string id) => spool.PathOf(id + Suffix);

    /// <summary>One request at a time.</summary>
    private FileStream Open(string id)
    {
        try
        {
            return new FileStream(
                PathOf(id), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0,
                FileOptions.Asynchronous);
        }
        catch (FileNotFoundException)
        {
            throw PushException.NoUpload();
        }
        catch (IOException)
        {
            throw new PushException(
                StatusCodes.Status409Conflict, PushErrors.BlobUploadInvalid,
                "Another request is writing to this upload.");
        }
    }

    private async Task<IncrementalHash> HashOfAsync(string id, FileStream file, CancellationToken cancellationToken)
    {
        if (hashes.TryRemove(id, out var known))
        {
            if (known.Length == file.Length)
                return known.Hash;
            known.Hash.Dispose();
        }

        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        file.Seek(0, SeekOrigin.Begin);
        var buffer = new byte[256 << 10];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            hash.AppendData(buffer, 0, read);
        return hash;
    }

    private void Remember(string id, IncrementalHash hash, long length)
    {
        if (hashes.Count >= MaxHashes || !hashes.TryAdd(id, (hash, length)))
            hash.Dispose();
    }

    private void Forget(string id)
    {
        if (hashes.TryRemove(id, out var known))
            known.Hash.Dispose();
    }
}
