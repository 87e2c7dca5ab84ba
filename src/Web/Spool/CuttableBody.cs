using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Spool;

/// <summary>A body that ends with a problem when it is cut, also while it is silent.</summary>
/// <param name="ended">Cut, or the request itself is over; of a token for each read there would be very many.</param>
internal sealed class CuttableBody(Stream inner, CancellationToken cut, CancellationToken ended) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await inner.ReadAsync(buffer, ended);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            throw new UploadException(
                ProblemKinds.ServiceStopping,
                "The service is stopping; nothing of this was kept. Send it again in a moment.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
