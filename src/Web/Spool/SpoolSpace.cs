using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Spool;

/// <summary>
/// Room for what arrives, asked for before each write: within the budget of the spool, and with some of its disk left
/// free for everybody else.
/// </summary>
internal sealed partial class SpoolSpace(
    SpoolFiles files, SpoolSweep sweep, TimeProvider time, ILogger<SpoolSpace> logger) : IDisposable
{
    /// <summary>Others write, too: other processes to the spool, other programs to its disk.</summary>
    private static readonly TimeSpan MeasuredFor = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim freeing = new(1);
    private long left;
    private long? measuredAt;
    private long? foundFullAt;

    /// <summary>Frees what may go when there is no room; a problem when that is not enough.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        if (TryTake(bytes))
            return;
        await freeing.WaitAsync(cancellationToken);
        try
        {
            if (TryTake(bytes))
                return;
            await FreeAsync(bytes, cancellationToken);
            if (TryTake(bytes))
                return;
            foundFullAt = time.GetTimestamp();
            throw Full(files.Measure());
        }
        finally
        {
            freeing.Release();
        }
    }

    public static UploadException Full() => new(
        ProblemKinds.DiskFull,
        "The service has no room left for this upload. Delete analyses, or lower Insight__Spool__BudgetBytes, or give "
            + "it a bigger disk.");

    public void Dispose() => freeing.Dispose();

    private async Task FreeAsync(int bytes, CancellationToken cancellationToken)
    {
        // Asks the database: not for each of many that are refused.
        if (foundFullAt is { } last && time.GetElapsedTime(last) <= MeasuredFor)
            return;
        try
        {
            await sweep.RunAsync(bytes, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What went before that counts; else there is no room.
            LogFailed(logger, e);
        }
    }

    private static UploadException Full(SpoolUse use) => use.DiskLeft <= use.Left
        ? Full()
        : new UploadException(
            ProblemKinds.DiskFull,
            "The spool has no room left for this upload: what waits to be analysed and what arrives takes all of "
            + "Insight__Spool__BudgetBytes. Try again later, delete analyses, or raise it.");

    private bool TryTake(int bytes)
    {
        lock (gate)
        {
            if (left < bytes || measuredAt is not { } at || time.GetElapsedTime(at) > MeasuredFor)
            {
                left = files.Measure().Left;
                measuredAt = time.GetTimestamp();
            }

            if (left < bytes)
                return false;
            left -= bytes;
            return true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The spool is full and could not be swept.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
