using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ImageInsight.Data;

/// <summary>
/// Runs a whole transaction again when Postgres ended it for another one's sake. Layers are locked in one order, so
/// this is rare; losing minutes of reading an image over it would be a pity all the same.
/// </summary>
internal static class TransactionRetry
{
    private const int MaxRuns = 4;

    /// <param name="transaction">Begins with a context of its own: nothing of the run before may be left in it.</param>
    public static async Task<T> WhenDeadlockedAsync<T>(Func<Task<T>> transaction)
    {
        for (var run = 1; ; run++)
            try
            {
                return await transaction().ConfigureAwait(false);
            }
            catch (Exception e) when (run < MaxRuns && IsDeadlock(e))
            {
                // The other transaction goes on now; ours queues up behind it.
            }
    }

    private static bool IsDeadlock(Exception e) => e switch
    {
        PostgresException p =>
            p.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
        DbUpdateException or InvalidOperationException => e.InnerException is { } inner && IsDeadlock(inner),
        _ => false,
    };
}
