using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Pushes;

/// <summary>
/// Blobs on their way in, in one request or in chunks. A file in the spool is the upload; its length is its state.
/// </summary>
internal sealed class BlobUploads(
    SpoolFiles files, SpoolSpace space, PushStore store, IBlobListener listener, InsightSettings settings)
{
    /// <summary>
    /// Hashes of uploads under way; one that is lost (a restart, another process) is made anew from the file.
    /// </summary>
    private const int MaxHashes = 512;

    /// <summary>An image has tens of layers. More empty files than this make the folder slow to look through.</summary>
    private const int MaxUnfinished = 4096;

    private readonly ConcurrentDictionary<string, (IncrementalHash Hash, long Length)> hashes = new();

    /// <summary>Uploads under way that somebody follows.</summary>
    private readonly ConcurrentDictionary<string, GrowingFile> followed = new();

    public string Begin()
    {
        if (files.CountUnfinished() is var count and >= MaxUnfinished)
            files.DropIdle(bytes: 0, count - MaxUnfinished + 1);
        if (files.CountUnfinished() >= MaxUnfinished)
            throw new PushException(
                StatusCodes.Status429TooManyRequests, PushErrors.TooManyRequests,
                $"There are {MaxUnfinished} pushed blobs under way. Those that nobody goes on with end in a moment.");
        var id = Guid.NewGuid().ToString("N");
        File.Create(PathOf(id)).Dispose();
        return id;
    }

    public long LengthOf(string id) =>
        new FileInfo(PathOf(id)) is { Exists: true } file ? file.Length : throw PushException.NoUpload();

    public void Cancel(string id)
    {
        LengthOf(id);
        if (!Remove(id))
            throw Busy();
    }

    /// <summary>A blob in one request: of one that breaks off nobody knows the name, so nothing stays.</summary>
    public async Task TakeWholeAsync(Digest digest, Stream body, CancellationToken cancellationToken)
    {
        var id = Begin();
        try
        {
            await AppendAsync(id, from: null, body, cancellationToken);
            await CompleteAsync(id, digest, cancellationToken);
        }
        catch
        {
            Remove(id);
            throw;
        }
    }

    /// <summary>The length after it. What did arrive before a break stays, and the client goes on behind it; of an
    /// upload that is refused nothing stays.</summary>
    /// <param name="from">Where the client believes to be; null when it does not say.</param>
    public async Task<long> AppendAsync(string id, long? from, Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(id, from, body, cancellationToken);
        }
        catch (UploadException)
        {
            Remove(id);
            throw;
        }
        catch (IOException e) when (SpoolFolder.IsFull(e))
        {
            Remove(id);
            throw SpoolSpace.Full();
        }
    }

    private async Task<long> WriteAsync(string id, long? from, Stream body, CancellationToken cancellationToken)
    {
        await using var file = Open(id);
        if (from is not null && from != file.Length)
            throw new PushException(
                StatusCodes.Status416RangeNotSatisfiable, PushErrors.BlobUploadInvalid,
                $"The upload has {file.Length} bytes; the chunk begins at {from}.");
        var hash = await HashOfAsync(id, file, cancellationToken);
        var hashed = file.Seek(0, SeekOrigin.End);
        var buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        GrowingFile? growing = null;
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                growing ??= Follow(id, file);
                if (hashed + read > settings.MaxUploadBytes)
                    throw UploadException.TooLarge(settings.MaxUploadBytes);
                await space.TakeAsync(read, cancellationToken);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                hash.AppendData(buffer, 0, read);
                hashed += read;
                growing?.Advance(hashed);
            }

            return hashed;
        }
        finally
        {
            growing?.Detach();
            ArrayPool<byte>.Shared.Return(buffer);
            Remember(id, hash, hashed);
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
            Remove(id);
            throw new PushException(
                StatusCodes.Status400BadRequest, PushErrors.DigestInvalid,
                $"The bytes that were sent have the sha256 {actual}, not {digest}.");
        }

        var name = id + SpoolFiles.Blob;
        try
        {
            File.Move(PathOf(id), files.PathOf(name));
        }
        catch (FileNotFoundException)
        {
            // Given up, or dropped for want of room, since it was read.
            throw PushException.NoUpload();
        }

        if (followed.TryRemove(id, out var growing))
        {
            growing.Complete(files.PathOf(name));
            listener.Complete(growing, digest);
        }

        if (!await store.AddBlobAsync(digest.ToString(), name, length, CancellationToken.None))
            File.Delete(files.PathOf(name));
    }

    private static PushException Busy() => new(
        StatusCodes.Status409Conflict, PushErrors.BlobUploadInvalid, "Another request is writing to this upload.");

    private string PathOf(string id) => files.PathOf(id + SpoolFiles.Unfinished);

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
            throw Busy();
        }
    }

    /// <summary>From its first byte on, for as long as all of it is written here.</summary>
    private GrowingFile? Follow(string id, FileStream file)
    {
        if (file.Length == 0 && listener.Begin() is { } begun)
            followed[id] = begun;
        if (!followed.TryGetValue(id, out var growing))
            return null;
        if (growing.Length != file.Length)
        {
            Unfollow(id);
            return null;
        }

        growing.Attach(file.SafeFileHandle);
        return growing;
    }

    private void Unfollow(string id)
    {
        if (followed.TryRemove(id, out var growing))
            listener.Abandon(growing);
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
        try
        {
            file.Seek(0, SeekOrigin.Begin);
            var buffer = new byte[256 << 10];
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
                hash.AppendData(buffer, 0, read);
            return hash;
        }
        catch
        {
            hash.Dispose();
            throw;
        }
    }

    /// <summary>A hash that is behind its file, because a write broke off, is made anew like a lost one.</summary>
    private void Remember(string id, IncrementalHash hash, long length)
    {
        if (hashes.Count >= MaxHashes)
            foreach (var gone in hashes.Keys.Where(k => !File.Exists(PathOf(k))))
                Forget(gone);
        if (hashes.Count >= MaxHashes || !hashes.TryAdd(id, (hash, length)))
            hash.Dispose();
    }

    private void Forget(string id)
    {
        if (hashes.TryRemove(id, out var known))
            known.Hash.Dispose();
    }

    /// <summary>False while a request writes to it.</summary>
    private bool Remove(string id)
    {
        Forget(id);
        Unfollow(id);
        return SpoolFiles.TryDelete(PathOf(id));
    }
}
