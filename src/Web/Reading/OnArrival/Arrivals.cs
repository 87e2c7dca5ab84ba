using System.Collections.Concurrent;
using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Data.Queue;
using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Reading.OnArrival;

/// <summary>
/// What is read while it arrives, and what was and waits for its analysis. One upload at a time is, or two blobs of a
/// push, so that as many layers are read as by an analysis: the others are left to the worker, as all are where that is
/// another process.
/// </summary>
internal sealed partial class Arrivals(
    InsightSettings settings, AnalysisQueue queue, IHostApplicationLifetime lifetime, ILogger<Arrivals> logger)
    : IHostedService, IAsyncDisposable
{
    private const int Slots = 2;

    /// <summary>An analysis that does not come: it was deleted, or another process has it.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, ArrivalReading> waiting = new();
    private readonly ConcurrentDictionary<Task, bool> finishing = new();
    private readonly Lock gate = new();
    private int taken;

    /// <summary>Begins to read an archive; null while something else is read.</summary>
    public ArrivalReading? TryReadArchive(GrowingFile file) =>
        TryRead(file, Slots, r => r.ReadArchive(file, settings.SpoolDirectory));

    /// <summary>The same of one blob.</summary>
    public ArrivalReading? TryReadBlob(GrowingFile file) => TryRead(file, 1, r => r.ReadBlob(file));

    /// <summary>What was read of an upload while it arrived; the caller's from now on.</summary>
    public ArrivalReading? Take(string? spoolName) =>
        spoolName is not null && waiting.TryRemove(spoolName, out var reading) ? reading : null;

    /// <summary>Until the analysis of the upload takes it.</summary>
    public void Keep(string spoolName, ArrivalReading reading)
    {
        waiting[spoolName] = reading;
        _ = ForgetAsync(spoolName);
    }

    /// <summary>Memory is wanted: what is held for other analyses is loaded when their turn comes.</summary>
    /// <param name="but">The upload whose analysis is next.</param>
    public void LetGo(string? but = null)
    {
        foreach (var (name, reading) in waiting)
            if (name != but)
                reading.LetGo();
    }

    /// <summary>The upload is whole and its sender gone, but some of its layers are still read.</summary>
    public void Finish(Task rest)
    {
        finishing[rest] = true;
        _ = rest.ContinueWith(r => finishing.TryRemove(r, out _), TaskScheduler.Default);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is still read goes to the queue as it is.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(finishing.Keys);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in waiting.Keys)
            if (Take(name) is { } reading)
                await reading.DisposeAsync();
    }

    private ArrivalReading? TryRead(GrowingFile file, int slots, Action<ArrivalReading> begin)
    {
        if (!settings.ReadOnArrival || !settings.WorkerEnabled)
            return null;
        lock (gate)
        {
            if (taken + slots > Slots)
                return null;
            taken += slots;
        }

        LetGo();
        var reading = new ArrivalReading(queue, settings.Limits, lifetime.ApplicationStopping);
        begin(reading);
        _ = reading.Done.ContinueWith(
            done =>
            {
                file.Dispose();
                lock (gate)
                    taken -= slots;
                if (done.Exception?.GetBaseException() is { } e and not OperationCanceledException)
                    LogFailed(logger, e);
            },
            TaskScheduler.Default);
        return reading;
    }

    private async Task ForgetAsync(string spoolName)
    {
        await Task.Delay(KeptFor, lifetime.ApplicationStopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Take(spoolName) is { } reading)
            await reading.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Warning, "An upload could not be read while it arrived; its analysis reads it.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
