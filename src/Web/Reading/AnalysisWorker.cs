using System.Diagnostics;
using ImageInsight.Data.Queue;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Reading.OnArrival;

namespace ImageInsight.Web.Reading;

/// <summary>
/// Takes analyses from the queue, one after the other (or a few at a time), for as long as the program runs.
/// </summary>
internal sealed partial class AnalysisWorker(
    AnalysisQueue queue, IServiceProvider services, WorkingMemory memory, Arrivals arrivals, InsightSettings settings,
    ILogger<AnalysisWorker> logger)
    : BackgroundService
{
    /// <summary>Backoffs and leases end without anybody telling.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Enumerable.Range(0, settings.WorkerConcurrency)
            .Select(_ => Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        var name = $"{Environment.MachineName}:{Environment.ProcessId}";
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await queue.ClaimAsync(name, stoppingToken) is not { } claim)
                {
                    await queue.WaitForWorkAsync(Poll, stoppingToken);
                    continue;
                }

                LogClaimed(logger, claim.Id, claim.Attempt);
                arrivals.LetGo(but: claim.Origin.SpoolName);
                memory.MakeRoom();
                var watch = Stopwatch.StartNew();
                using var activity = Telemetry.Source.StartActivity("analyze")?.AddTag(
                    "insight.analysis.id", claim.Id).AddTag("insight.attempt", claim.Attempt);
                var outcome = await ActivatorUtilities.CreateInstance<AnalysisRun>(
                    services, claim).RunAsync(stoppingToken);
                activity?.AddTag("insight.outcome", outcome);
                Telemetry.AnalysisSeconds.Record(
                    watch.Elapsed.TotalSeconds, new KeyValuePair<string, object?>("insight.outcome", outcome));
                LogEnded(logger, claim.Id, outcome, watch.ElapsedMilliseconds);
                // Away from the stack that still holds what was found.
                await Task.Yield();
                memory.MakeRoom();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The database is away, most likely; whatever was claimed comes back when its lease ends.
                LogTrouble(logger, e);
                await Task.Delay(Poll, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Analysis {Id} started, attempt {Attempt}.")]
    private static partial void LogClaimed(ILogger logger, Guid id, int attempt);

    [LoggerMessage(LogLevel.Information, "Analysis {Id} {Outcome} after {Milliseconds} ms.")]
    private static partial void LogEnded(ILogger logger, Guid id, string outcome, long milliseconds);

    [LoggerMessage(LogLevel.Error, "The worker met a problem of the service; it goes on in a moment.")]
    private static partial void LogTrouble(ILogger logger, Exception exception);
}
