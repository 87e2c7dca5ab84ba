using ImageInsight.Data.Layers;

namespace ImageInsight.Web.Spool;

/// <summary>
/// Sweeps the spool from time to time, and when it is asked for; and with it the layers that no image has.
/// </summary>
internal sealed partial class SpoolSweeper(
    SpoolSweep sweep, LayerWriter layers, SweepSignal signal, ILogger<SpoolSweeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await sweep.RunAsync(wanted: 0, stoppingToken);
                if (await layers.CollectAsync(stoppingToken) is > 0 and var collected)
                    LogCollected(logger, collected);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e);
            }

            await signal.WaitAsync(Interval, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "Collected {Count} layers that no image has.")]
    private static partial void LogCollected(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "The spool could not be swept; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
