using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Spool;

/// <summary>Keeps the spool within its age and its budget, and free of what nobody refers to.</summary>
internal sealed partial class SpoolSweep(
    SpoolFiles files, SpoolStore store, PushStore pushes, InsightSettings settings, ILogger<SpoolSweep> logger)
    : IDisposable
{
    private readonly SemaphoreSlim one = new(1);


    /// <param name="wanted">Bytes that are about to arrive. When there is no room for them, first what was begun and
    /// not gone on with is dropped, then the oldest that is analysed.</param>
    public async Task RunAsync(long wanted, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            await SweepAsync(wanted, cancellationToken);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task SweepAsync(long wanted, CancellationToken cancellationToken)
    {
        files.DropIdle(wanted - files.Measure().Left, count: 0);
        var use = files.Measure();
        Drop(await store.DropAsync(settings.SpoolKeep, BudgetOf(use.Uploads, use, wanted), cancellationToken));
        use = files.Measure();
        Drop(await pushes.DropAsync(settings.SpoolKeep, BudgetOf(use.Blobs, use, wanted), cancellationToken));
        files.Sweep((await store.KeptAsync(cancellationToken)).ToHashSet());
    }

    /// <summary>Less by what is lacking, or no limit.</summary>
    private static long BudgetOf(long part, SpoolUse use, long wanted) =>
        use.Left >= wanted ? long.MaxValue : Math.Max(0, part - (wanted - use.Left));

    private void Drop(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            File.Delete(files.PathOf(name));
            LogDropped(logger, name);
        }
    }

    [LoggerMessage(LogLevel.Information, "Dropped {Name} from the spool.")]
    private static partial void LogDropped(ILogger logger, string name);
}
