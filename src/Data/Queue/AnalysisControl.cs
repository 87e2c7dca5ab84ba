using ImageInsight.Data.Layers;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Queue;

/// <summary>What people order of an analysis that is there: to stop, to be tried again, to go.</summary>
public sealed class AnalysisControl(Contexts contexts, WorkSignal signal, TimeProvider time)
{
    /// <summary>
    /// Removes the analysis, its shares and the layers that nothing else needs; false when there is none.
    /// </summary>
    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        TransactionRetry.WhenDeadlockedAsync(() => DeleteOnceAsync(id, cancellationToken));

    /// <summary>A queued one fails at once with code <c>cancelled</c>, a running one when its worker notices,
    /// one that arrives when its receiver does.</summary>
    public async Task<ChangeAnswer> CancelAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        var queued = await db.Analyses.Where(a => a.Id == id && a.State == AnalysisState.Queued).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.State, AnalysisState.Failed)
                .SetProperty(a => a.ErrorCode, AnalysisErrors.Cancelled)
                .SetProperty(a => a.ErrorDetail, "Cancelled before it was started.")
                .SetProperty(a => a.FinishedAt, now),
            cancellationToken).ConfigureAwait(false);
        if (queued > 0)
        {
            await SpentCredentials.DeleteAsync(db, cancellationToken).ConfigureAwait(false);
            return ChangeAnswer.Done;
        }

        var running = await db.Analyses
            .Where(a => a.Id == id && (a.State == AnalysisState.Running || a.State == AnalysisState.Receiving))
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.CancelRequested, true), cancellationToken)
            .ConfigureAwait(false);
        return running > 0 ? ChangeAnswer.Done
            : await MissingOrWrongAsync(db, id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Queues a failed one again while its upload is still in the spool.</summary>
    public async Task<ChangeAnswer> RetryAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        if (await db.Analyses.AnyAsync(
            a => a.Id == id && a.Origin.DroppedAt != null, cancellationToken).ConfigureAwait(false))
            return ChangeAnswer.BytesGone;
        if (await db.Analyses.AnyAsync(
            a => a.Id == id && a.Origin.HadCredential && a.Origin.CredentialId == null,
            cancellationToken).ConfigureAwait(false))
            return ChangeAnswer.CredentialGone;
        var queued = await db.Analyses.Where(a => a.Id == id && a.State == AnalysisState.Failed).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.State, AnalysisState.Queued)
                .SetProperty(a => a.Attempts, 0)
                .SetProperty(a => a.NotBefore, now)
                .SetProperty(a => a.CancelRequested, false)
                .SetProperty(a => a.ErrorCode, (string?)null)
                .SetProperty(a => a.ErrorDetail, (string?)null)
                .SetProperty(a => a.FinishedAt, (DateTime?)null),
            cancellationToken).ConfigureAwait(false);
        if (queued == 0)
            return await MissingOrWrongAsync(db, id, cancellationToken).ConfigureAwait(false);
        await AnalysisQueue.NotifyAsync(db, cancellationToken).ConfigureAwait(false);
        signal.Pulse();
        return ChangeAnswer.Done;
    }

    private async Task<bool> DeleteOnceAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (db.IsPostgres)
            // Waits for a worker that is storing the result right now: what it stores is looked for only after that.
            await db.Database.ExecuteSqlAsync(
                $"SELECT id FROM analyses WHERE id = {id} FOR UPDATE", cancellationToken).ConfigureAwait(false);
        var layers = await db.ImageLayers.Where(l => l.AnalysisId == id).Select(l => l.LayerId).Distinct()
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Analyses.Where(a => a.Id == id).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) == 0)
            return false;
        await LayerWriter.DeleteUnusedAsync(db, layers, DateTime.MaxValue, cancellationToken).ConfigureAwait(false);
        await SpentCredentials.DeleteAsync(db, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<ChangeAnswer> MissingOrWrongAsync(
        InsightDbContext db, Guid id, CancellationToken cancellationToken) =>
        await db.Analyses.AnyAsync(a => a.Id == id, cancellationToken).ConfigureAwait(false) ? ChangeAnswer.WrongState
            : ChangeAnswer.NotFound;
}
