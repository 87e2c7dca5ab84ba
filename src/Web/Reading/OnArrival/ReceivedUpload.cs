using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Queue.Uploads;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Reading.OnArrival;

/// <summary>
/// One upload: its analysis exists from the first byte on, tells how far it is, and is queued when all of it is here.
/// </summary>
/// <param name="stated">The length of the upload; 0 when the sender does not say.</param>
internal sealed partial class ReceivedUpload(
    long stated, Arrivals arrivals, IncomingUploads incoming, AnalysisQueue queue, ILogger<ReceivedUpload> logger)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private IncomingUpload? row;
    private ArrivalReading? reading;
    private Heartbeat? heartbeat;
    private Task beating = Task.CompletedTask;
    private bool isHandedOver;

    /// <summary>What is written to it can be read at once.</summary>
    public GrowingFile File { get; } = new();

    /// <summary>Somebody cancels or deletes the analysis.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>The first bytes are here.</summary>
    public async Task BeginAsync(string name, Guid? id, CancellationToken cancellationToken)
    {
        row = await incoming.BeginAsync(name, id, stated, cancellationToken);
        reading = arrivals.TryReadArchive(File);
        StartBeat(token => incoming.BeatAsync(
            row, Progress with { BytesDone = File.Length, BytesTotal = stated }, token));
    }

    /// <summary>All bytes are here: the analysis is queued, at once or when its last layers are read.</summary>
    /// <returns>The analysis; null when it was cancelled or deleted meanwhile, and nothing has the file.</returns>
    public async Task<Guid?> EndAsync(SpooledUpload upload)
    {
        await EndBeatAsync();
        var isRead = reading is null || reading.Done.IsCompleted;
        // Before the analysis can be claimed.
        if (isRead && reading is not null)
            arrivals.Keep(upload.SpoolName, reading);
        try
        {
            isHandedOver = await incoming.EndAsync(
                row!, upload, reading?.Layers ?? [], stillRead: !isRead, CancellationToken.None);
        }
        finally
        {
            if (!isHandedOver)
                arrivals.Take(upload.SpoolName);
        }

        if (!isHandedOver)
            return null;
        if (isRead)
            Release();
        else
            arrivals.Finish(Task.Run(() => FinishAsync(upload, reading!)));
        return row!.Id;
    }

    /// <summary>It does not become whole: the analysis says why, and nothing of it is kept.</summary>
    /// <returns>What to answer the sender.</returns>
    public async Task<Exception> BreakOffAsync(Exception cause)
    {
        if (row is null)
            return cause;
        await EndBeatAsync();
        var told = heartbeat!.CancelRequested ? UploadException.Cancelled()
            : heartbeat.Lost ? UploadException.Deleted()
            : cause as ProblemException ?? UploadException.Incomplete(cause);
        await incoming.BreakOffAsync(row, told.Kind.Code, told.Message, CancellationToken.None);
        return heartbeat.CancelRequested || heartbeat.Lost ? told : cause;
    }

    /// <summary>What was handed over ends by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isHandedOver)
            return;
        await EndBeatAsync();
        if (reading is not null)
            await reading.DisposeAsync();
        Release();
    }

    private AnalysisProgress Progress => reading?.Progress ?? default;

    private async Task FinishAsync(SpooledUpload upload, ArrivalReading rest)
    {
        var claim = IncomingUploads.ClaimOf(row!);
        StartBeat(token => queue.HeartbeatAsync(claim, Progress, token));
        try
        {
            await using (stop.Token.Register(() => _ = rest.StopAsync()))
                await rest.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await EndBeatAsync();
            if (!heartbeat!.CancelRequested && !heartbeat.Lost)
            {
                arrivals.Keep(upload.SpoolName, rest);
                await incoming.HandOverAsync(row!, rest.Layers, CancellationToken.None);
                return;
            }

            await rest.DisposeAsync();
            if (heartbeat.CancelRequested)
                await queue.FailAsync(
                    claim, AnalysisErrors.Cancelled, "Cancelled while it was read.", [], CancellationToken.None);
        }
        catch (Exception e)
        {
            // The lease ends, and a worker takes it.
            LogFailed(logger, row!.Id, e);
        }
        finally
        {
            Release();
        }
    }

    private void StartBeat(Func<CancellationToken, Task<HeartbeatAnswer>> send)
    {
        heartbeat = new Heartbeat((_, token) => send(token), stop);
        beating = heartbeat.RunAsync();
    }

    private async Task EndBeatAsync()
    {
        if (heartbeat is not null)
            await heartbeat.StopAsync(beating);
    }

    private void Release()
    {
        heartbeat?.Dispose();
        heartbeat = null;
        stop.Dispose();
        if (reading is null)
            File.Dispose();
    }

    [LoggerMessage(LogLevel.Error, "Analysis {Id} could not be handed over when its upload was read.")]
    private static partial void LogFailed(ILogger logger, Guid id, Exception exception);
}
