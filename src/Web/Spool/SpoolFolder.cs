using System.Buffers;
using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Data.Queue.Uploads;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Spool;

/// <summary>A folder of uploaded files under names that this server makes.</summary>
internal sealed class SpoolFolder(InsightSettings settings, SpoolFiles files, SpoolSpace space)
{
    private const int ErrorDiskFull = 112; // ERROR_DISK_FULL
    private const int NoSpace = 28; // ENOSPC
    private const int OverQuota = 122; // EDQUOT

    public string PathOf(string spoolName) => files.PathOf(spoolName);

    /// <summary>A file that is gone with whoever holds it open, and swept after a crash.</summary>
    public string NewPart() => PathOf($"{Guid.NewGuid():N}{SpoolFiles.Upload}{SpoolFiles.Part}");

    /// <summary>Streams a body to disk. Whatever goes wrong, no half file stays.</summary>
    /// <param name="file">Can be read while it grows.</param>
    /// <param name="onFirstByte">Called before anything is written.</param>
    public async Task<SpooledUpload> WriteAsync(
        Stream body, GrowingFile file, Func<CancellationToken, Task> onFirstByte, CancellationToken cancellationToken)
    {
        var name = $"{Guid.NewGuid():N}{SpoolFiles.Upload}";
        var part = PathOf(name + SpoolFiles.Part);
        try
        {
            var bytes = await CopyAsync(body, part, file, onFirstByte, cancellationToken);
            File.Move(part, PathOf(name));
            file.Complete(PathOf(name));
            Telemetry.UploadedBytes.Add(bytes);
            return new SpooledUpload(name, bytes);
        }
        catch (IOException e) when (IsFull(e))
        {
            throw SpoolSpace.Full();
        }
        finally
        {
            File.Delete(part);
        }
    }

    public static bool IsFull(IOException e) => (e.HResult & 0xffff) is NoSpace or OverQuota or ErrorDiskFull;

    public void Delete(string spoolName) => File.Delete(PathOf(spoolName));

    /// <summary>
    /// A request that ends early is its sender's fault; the same exceptions from the disk are the service's.
    /// </summary>
    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw UploadException.Incomplete(e);
        }
    }

    private async Task<long> CopyAsync(
        Stream body, string part, GrowingFile file, Func<CancellationToken, Task> onFirstByte,
        CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        try
        {
            var read = await ReadAsync(body, buffer, cancellationToken);
            if (read == 0)
                throw new UploadException(
                    ProblemKinds.UploadEmpty, "The upload is empty. Did the command that feeds it fail?");
            await onFirstByte(cancellationToken);
            await using var written = new FileStream(
                part, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            file.Attach(written.SafeFileHandle);
            try
            {
                long total = 0;
                for (; read > 0; read = await ReadAsync(body, buffer, cancellationToken))
                {
                    total += read;
                    if (total > settings.MaxUploadBytes)
                        throw UploadException.TooLarge(settings.MaxUploadBytes);
                    // The spool is measured by its files: what was taken before must be written.
                    await space.TakeAsync(read, cancellationToken);
                    await written.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                    file.Advance(total);
                }

                return total;
            }
            finally
            {
                file.Detach();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
