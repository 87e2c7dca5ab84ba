using System.Collections.Concurrent;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Web.Pushes;

namespace ImageInsight.Web.Reading.OnArrival;

/// <summary>
/// Reads pushed blobs while they arrive, as far as they are layers, so that the analysis of the image finds them known.
/// </summary>
internal sealed partial class BlobArrivals(Arrivals arrivals, ILogger<BlobArrivals> logger) : IBlobListener
{
    /// <summary>A push that nobody goes on with does not end by itself.</summary>
    private static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<GrowingFile, ArrivalReading> readings = new();
    private readonly ConcurrentDictionary<Digest, Task> ending = new();

    public GrowingFile? Begin()
    {
        var file = new GrowingFile();
        if (arrivals.TryReadBlob(file) is not { } reading)
            return null;
        readings[file] = reading;
        _ = WatchAsync(file, reading);
        return file;
    }

    public void Complete(GrowingFile file, Digest digest)
    {
        if (!readings.TryRemove(file, out var reading))
            return;
        var end = Task.Run(() => EndAsync(reading));
        ending[digest] = end;
        _ = end.ContinueWith(e => ending.TryRemove(new KeyValuePair<Digest, Task>(digest, e)), TaskScheduler.Default);
    }

    public void Abandon(GrowingFile file)
    {
        if (readings.TryRemove(file, out var reading))
            _ = reading.DisposeAsync().AsTask();
    }

    /// <summary>Waits for a blob that is still read, then asks others.</summary>
    public IKnownLayers Before(IKnownLayers others) => new Awaited(ending, others);

    private async Task EndAsync(ArrivalReading reading)
    {
        try
        {
            await using (reading)
            {
                await reading.Done;
                await reading.Storing.FinishAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
        }
    }

    private async Task WatchAsync(GrowingFile file, ArrivalReading reading)
    {
        for (var last = -1L; !reading.Done.IsCompleted && last != file.Length;)
        {
            last = file.Length;
            await Task.WhenAny(reading.Done, Task.Delay(MaxSilence));
        }

        if (!reading.Done.IsCompleted)
            Abandon(file);
    }

    private sealed class Awaited(ConcurrentDictionary<Digest, Task> ending, IKnownLayers others) : IKnownLayers
    {
        public async Task<(Layer Layer, LayerBlob Blob)?> FindAsync(
            Digest diffId, Digest blob, CancellationToken cancellationToken)
        {
            if (ending.TryGetValue(blob, out var end))
                await end.WaitAsync(cancellationToken);
            return await others.FindAsync(diffId, blob, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A pushed blob could not be read while it arrived; the analysis reads it.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
