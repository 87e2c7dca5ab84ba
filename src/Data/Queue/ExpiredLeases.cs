using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Queue;

/// <summary>
/// Puts analyses back whose worker died, with a backoff; one that used up its attempts fails with code
/// <c>worker-died</c>. And ends uploads whose receiver died.
/// </summary>
internal sealed class ExpiredLeases(QueueOptions settings, TimeProvider time)
{
    /// <summary>
    /// A worker that is frozen in the middle of its last transaction keeps its row locked: nobody waits for that.
    /// </summary>
    private const string PutBackOnPostgres = PutBack + OfNobody;

    private const string PutBackOnSqlite = PutBack + ")";

    private const string EndReceivingOnPostgres = EndReceiving + OfNobody;

    private const string EndReceivingOnSqlite = EndReceiving + ")";

    private const string OfNobody = " FOR UPDATE SKIP LOCKED)";

    private const string PutBack =
        """
        UPDATE analyses
        SET state = CASE WHEN attempts < {1} THEN 0 ELSE 3 END,
        error_code = CASE WHEN attempts < {1} THEN NULL ELSE {2} END,
        error_detail = CASE WHEN attempts < {1} THEN NULL
        ELSE 'The worker died ' || attempts || ' times over this image, probably for want of memory.' END,
        finished_at = CASE WHEN attempts < {1} THEN NULL ELSE {0} END,
        not_before = {0} + {3} * (1 << (attempts - 1)), lease_token = NULL, lease_until = NULL
        WHERE id IN (SELECT id FROM analyses WHERE state = 1 AND lease_until < {0}
        """;

    /// <summary>Whoever received it is gone, and what had arrived with it.</summary>
    private const string EndReceiving =
        """
        UPDATE analyses
        SET state = 3, error_code = {1},
        error_detail = 'The service stopped while this upload arrived; nothing of it was kept. Send it again.',
        finished_at = {0}, layer_progress = NULL, lease_token = NULL, lease_until = NULL
        WHERE id IN (SELECT id FROM analyses WHERE state = 4 AND lease_until < {0}
        """;

    private readonly Lock gate = new();
    private bool away;
    private DateTime sparedUntil;

    /// <summary>
    /// The database is away: no worker can renew its lease, however alive it is. Once it is back, each gets the time
    /// of a lease to be heard of again.
    /// </summary>
    public void NoteAway()
    {
        lock (gate)
            away = true;
    }

    public void NoteBack()
    {
        lock (gate)
        {
            if (away)
                sparedUntil = time.GetUtcNow().UtcDateTime + settings.Lease;
            away = false;
        }
    }

    public async Task PutBackAsync(InsightDbContext db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        lock (gate)
            if (away || now < sparedUntil)
                return;
        // SQLite keeps times as ticks.
        object[] values = db.IsPostgres
            ? [now, settings.MaxAttempts, AnalysisErrors.WorkerDied, settings.Backoff]
            : [now.Ticks, settings.MaxAttempts, AnalysisErrors.WorkerDied, settings.Backoff.Ticks];
        await db.Database.ExecuteSqlRawAsync(
            db.IsPostgres ? PutBackOnPostgres : PutBackOnSqlite, values, cancellationToken).ConfigureAwait(false);
        await db.Database.ExecuteSqlRawAsync(
            db.IsPostgres ? EndReceivingOnPostgres : EndReceivingOnSqlite,
            [values[0], AnalysisErrors.UploadIncomplete], cancellationToken).ConfigureAwait(false);
    }
}
