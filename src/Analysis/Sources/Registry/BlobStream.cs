using System.Net;
using System.Net.Http.Headers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// A blob as it arrives, read ahead by one buffer. Goes on where it broke off; whoever reads it verifies the digest of
/// the whole.
/// </summary>
internal sealed class BlobStream(RegistrySession session, Digest digest, long size, CancellationToken cancellationToken)
    : ReadOnlyStream
{
    private const int BufferSize = 256 << 10;

    /// <summary>So much must arrive before an earlier break is forgiven.</summary>
    private const long Progress = 1 << 20;

    private byte[] current = new byte[BufferSize];
    private byte[] next = new byte[BufferSize];
    private int start;
    private int end;
    private Task<int>? ahead;
    private HttpResponseMessage? answer;
    private Stream? body;
    /// <summary>Where this answer stands.</summary>
    private long received;

    /// <summary>What was filled into buffers already; never goes back.</summary>
    private long delivered;
    private long slowFrom;
    private long slowSince;
    private int breaks;
    private long brokeAt;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (start == end && !TakeNext())
            return 0;
        var count = Math.Min(buffer.Length, end - start);
        current.AsSpan(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            answer?.Dispose();
            // Its failure, now that nobody wants the bytes, is nobody's.
            ahead?.ContinueWith(
                t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
        }

        base.Dispose(disposing);
    }

    /// <summary>Takes the buffer that was read ahead and has the next one filled.</summary>
    private bool TakeNext()
    {
        ahead ??= FillAsync(next);
        // The reader has a thread of its own, which may wait.
        var read = ahead.GetAwaiter().GetResult();
        (current, next) = (next, current);
        (start, end) = (0, read);
        ahead = read == 0 ? Task.FromResult(0) : FillAsync(next);
        return read > 0;
    }

    private async Task<int> FillAsync(byte[] buffer)
    {
        while (true)
        {
            try
            {
                if (body is null && delivered == size)
                    return 0;
                if (body is null)
                    await OpenAsync().ConfigureAwait(false);
                var read = await ReceiveAsync(buffer).ConfigureAwait(false);
                delivered += read;
                if (read > 0 || delivered == size)
                    return read;
                throw new IOException("The blob ended early.");
            }
            catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException
                && !cancellationToken.IsCancellationRequested)
            {
                Drop();
                breaks = delivered - brokeAt >= Progress ? 1 : breaks + 1;
                brokeAt = delivered;
                if (breaks > session.Options.MaxRetries)
                    throw new ImageException(
                        ImageErrors.RegistryUnreachable,
                        $"The blob {digest} from '{session.Name}' broke off at its byte {delivered}, again and again.",
                        e);
                await Task.Delay(session.Options.RetryDelay * Math.Pow(2, breaks - 1), session.Time, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    private async Task<int> ReceiveAsync(Memory<byte> buffer)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(session.Options.StallTimeout);
        try
        {
            var read = await body!.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            received += read;
            if (received > size)
                throw new ImageException(
                    ImageErrors.ManifestContradictory,
                    $"The blob {digest} has more than the {size} bytes that its descriptor says.");
            CheckPace();
            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    private void CheckPace()
    {
        var elapsed = session.Time.GetElapsedTime(slowSince);
        if (elapsed < session.Options.StallTimeout)
            return;
        if (received - slowFrom < session.Options.MinBytesPerSecond * elapsed.TotalSeconds && received < size)
            throw new ImageException(
                ImageErrors.RegistryUnreachable,
                $"'{session.Name}' sends the blob {digest} at fewer than {session.Options.MinBytesPerSecond} bytes a "
                    + "second; it was given up.");
        Pace();
    }

    private void Pace() => (slowFrom, slowSince) = (received, session.Time.GetTimestamp());

    private async Task OpenAsync()
    {
        var what = $"the blob {digest}";
        var range = delivered > 0 ? new RangeHeaderValue(delivered, null) : null;
        answer = await session.GetAsync($"blobs/{digest}", [], range, cancellationToken).ConfigureAwait(false);
        session.Check(answer, what);
        body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.PartialContent)
        {
            if (range is null || answer.Content.Headers.ContentRange is not { } part || part.From != delivered
                || (part.HasLength && part.Length != size))
                throw new ImageException(
                    ImageErrors.RegistryError, $"'{session.Name}' sends another part of {what} than was asked for.");
            received = delivered;
            Pace();
        }
        else
        {
            if (answer.Content.Headers.ContentLength is { } stated && stated != size)
                throw new ImageException(
                    ImageErrors.ManifestContradictory,
                    $"The blob {digest} has {stated} bytes in '{session.Name}', its descriptor says {size}.");
            await SkipAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A registry that knows no ranges starts again at the first byte.</summary>
    private async Task SkipAsync()
    {
        received = 0;
        Pace();
        var buffer = new byte[BufferSize];
        while (received < delivered)
            if (await ReceiveAsync(
                buffer.AsMemory(0, (int)Math.Min(buffer.Length, delivered - received))).ConfigureAwait(false) == 0)
                throw new IOException("The blob ended early.");
    }

    private void Drop()
    {
        answer?.Dispose();
        (answer, body) = (null, null);
    }
}
