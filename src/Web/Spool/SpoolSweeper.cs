using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Spool;

/// <summary>Keeps the spool within its age and its budget, and free of what nobody refers to.</summary>
internal sealed partial class SpoolSweeper(
    SpoolFolder spool, SpoolStore store, PushStore pushes, InsightSettings settings, SweepSignal signal,
    ILogger<SpoolSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e);
            }

            await signal.WaitAsync(Interval, stoppingToken);
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var uploads = await store.DropAsync(settings.SpoolKeep, settings.SpoolBudgetBytes, cancellationToken);
        foreach (var name in uploads.Concat(
            await pushes.DropAsync(settings.SpoolKeep, settings.SpoolBudgetBytes, cancellationToken)))
        {
            spool.Delete(name);
            LogDropped(logger, name);
        }

        spool.Sweep((await store.KeptAsync(cancellationToken)).ToHashSet());
    }

    [LoggerMessage(LogLevel.Information, "Dropped {Name} from the spool.")]
    private static partial void LogDropped(ILogger logger, string name);

    [LoggerMessage(LogLevel.Warning, "The spool could not be swept; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
