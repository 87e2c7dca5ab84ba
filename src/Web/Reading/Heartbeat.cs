using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Queue;

namespace ImageInsight.Web.Reading;

/// <summary>
/// Keeps the lease while an analysis runs, stores its progress, and stops it when it was cancelled or lost.
/// </summary>
/// <param name="send">Tells the database that somebody is at it, and how far.</param>
/// <param name="stop">Cancelled when that says so.</param>
internal sealed class Heartbeat(
    Func<AnalysisProgress, CancellationToken, Task<HeartbeatAnswer>> send, CancellationTokenSource stop)
    : IProgress<AnalysisProgress>, IDisposable
{
    /// <summary>People watch the progress; the lease itself would need far fewer.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(700);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource done = new();
    private AnalysisProgress latest;

    /// <summary>As last reported: how each layer came.</summary>
    public IReadOnlyList<LayerProgress>? Layers
    {
        get
        {
            lock (gate)
                return latest.Layers;
        }
    }

    public bool CancelRequested { get; private set; }

    public bool Lost { get; private set; }

    public void Report(AnalysisProgress value)
    {
        lock (gate)
            latest = value;
    }

    public async Task RunAsync()
    {
        while (!done.IsCancellationRequested)
        {
            await Task.Delay(Interval, done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.IsCancellationRequested)
                return;
            try
            {
                AnalysisProgress now;
                lock (gate)
                    now = latest;
                var answer = await send(now, done.Token);
                if (answer == HeartbeatAnswer.Continue)
                    continue;
                CancelRequested = answer == HeartbeatAnswer.CancelRequested;
                Lost = answer == HeartbeatAnswer.Lost;
                await stop.CancelAsync();
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
                when (e is System.Data.Common.DbException or InvalidOperationException or TimeoutException)
            {
                // A beat that is missed does no harm; the lease tells when too many were.
            }
        }
    }

    public void Dispose() => done.Dispose();

    public async Task StopAsync(Task running)
    {
        await done.CancelAsync();
        await running;
    }
}
