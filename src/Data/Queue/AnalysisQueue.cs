using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageInsight.Data.Queue;

/// <summary>
/// The analyses table as a queue: claimed with a lease, kept by heartbeats, retried when a worker dies.
/// </summary>
public sealed class AnalysisQueue(
    Contexts contexts, WorkSignal signal, RecentLayers recent, LayerWriter layers, TimeProvider time,
    IOptions<QueueOptions> options)
{
    private const string ClaimOnPostgres = ClaimHead + " FOR UPDATE SKIP LOCKED) RETURNING *";

    private const string ClaimOnSqlite = ClaimHead + ") RETURNING *";

    private const string ClaimHead =
        """
        UPDATE analyses
        SET state = 1, worker = {0}, lease_token = {1}, lease_until = {2}, attempts = attempts + 1, bytes_done = 0,
        layers_done = 0
        WHERE id = (SELECT id FROM analyses WHERE state = 0 AND not_before <= {3} ORDER BY created_at, id LIMIT 1
        """;

    /// <summary>Between two looks whether the database is back.</summary>
    private static readonly TimeSpan AwayPoll = TimeSpan.FromSeconds(1);

    /// <summary>A restart takes seconds, a failover minutes; what is read stays in memory no longer.</summary>
    private static readonly TimeSpan MaxAway = TimeSpan.FromMinutes(10);

    /// <summary>Each time somebody must delete an image with the same layer just then.</summary>
    private const int MaxStores = 20;

    private readonly QueueOptions settings = options.Value;
    private readonly ExpiredLeases expired = new(options.Value, time);

    /// <summary>
    /// The oldest analysis that is due, now leased to the caller; null when there is none. Expired leases are put back
    /// in the queue first, with a backoff; one that used up its attempts fails with code <c>worker-died</c>.
    /// </summary>
    public async Task<ClaimedAnalysis?> ClaimAsync(string worker, CancellationToken cancellationToken)
    {
        try
        {
            var claimed = await ClaimOnceAsync(worker, cancellationToken).ConfigureAwait(false);
            expired.NoteBack();
            return claimed;
        }
        catch (Exception e) when (DatabaseAway.IsCauseOf(e))
        {
            expired.NoteAway();
            throw;
        }
    }

    private async Task<ClaimedAnalysis?> ClaimOnceAsync(string worker, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await expired.PutBackAsync(db, cancellationToken).ConfigureAwait(false);
        var now = Now();
        var token = Guid.NewGuid();
        var claimed = await db.Analyses.FromSqlRaw(
            db.IsPostgres ? ClaimOnPostgres : ClaimOnSqlite, worker, token, Sql(db, now + settings.Lease), Sql(db, now))
            .AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
        if (claimed is not [var row])
            return null;
        var origin = await ImageOrigin.Query(db, row.OriginId, row.Source).SingleAsync(cancellationToken)
            .ConfigureAwait(false);
        return new ClaimedAnalysis(
            row.Id, row.Name, origin, row.ImageKey.Length == 0 ? null : row.ImageKey, row.ListedIn, row.Attempts,
            token);
    }

    /// <summary>Extends the lease and stores progress.</summary>
    public async Task<HeartbeatAnswer> HeartbeatAsync(
        ClaimedAnalysis claim, AnalysisProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            return await HeartbeatOnceAsync(claim, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseAway.IsCauseOf(e))
        {
            expired.NoteAway();
            throw;
        }
    }

    private async Task<HeartbeatAnswer> HeartbeatOnceAsync(
        ClaimedAnalysis claim, AnalysisProgress progress, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var until = Now() + settings.Lease;
        var layers = PackedProgress.Pack(progress.Layers);
        var kept = await Held(db, claim).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.LeaseUntil, until)
                .SetProperty(a => a.BytesDone, progress.BytesDone)
                .SetProperty(a => a.BytesTotal, progress.BytesTotal)
                .SetProperty(a => a.LayersDone, progress.LayersDone)
                .SetProperty(a => a.LayersTotal, progress.LayersTotal)
                .SetProperty(a => a.LayerProgress, layers),
            cancellationToken).ConfigureAwait(false);
        if (kept == 0)
            return HeartbeatAnswer.Lost;
        return await Held(db, claim).AnyAsync(a => a.CancelRequested, cancellationToken).ConfigureAwait(false)
            ? HeartbeatAnswer.CancelRequested
            : HeartbeatAnswer.Continue;
    }

    /// <summary>Stores the layers of an analysis while it runs; what was stored stays for a while, whatever becomes
    /// of it.</summary>
    public LayerStoring StoreLayers(CancellationToken cancellationToken) => new(layers, cancellationToken);

    /// <summary>
    /// Stores the result in one transaction and marks the analysis done; false when the lease was lost (nothing of it
    /// is stored). Layers that were not stored while it ran are stored before. A database that is away is waited for:
    /// what was read for minutes is not read again for that.
    /// </summary>
    /// <param name="progress">How each layer came; which were known stays worth knowing.</param>
    /// <param name="siblings">Further images of the same origin, queued in the same transaction, each once however
    /// often this runs.</param>
    public async Task<bool> CompleteAsync(
        ClaimedAnalysis claim, ImageAnalysis result, IReadOnlyList<LayerProgress>? progress,
        IReadOnlyList<SiblingImage> siblings, CancellationToken cancellationToken)
    {
        foreach (var layer in result.Facts.Layers)
            recent.Keep(layer.Layer);
        // Asked again in the transaction that ends it; this only spares the layers of one that is lost already.
        for (var run = 1; await WhenReachableAsync(
            () => IsHeldAsync(claim, cancellationToken), cancellationToken).ConfigureAwait(false); run++)
        {
            var stored = new Dictionary<(string, string, string), StoredLayer>();
            foreach (var layer in result.Facts.Layers.DistinctBy(ImageWriter.KeyOf))
                stored[ImageWriter.KeyOf(layer)] = await WhenReachableAsync(
                    () => layers.StoreAsync(layer.Layer, layer.Blob, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
            try
            {
                return await EndAsync(
                    claim,
                    siblings,
                    (db, row) => WriteAsync(db, row, result, progress, stored, cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (LayerGoneException) when (run < MaxStores)
            {
                // Deleted with another image between the two: it is still in memory, so it is stored again.
            }
        }

        return false;
    }

    private async Task<bool> IsHeldAsync(ClaimedAnalysis claim, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await Held(db, claim).AnyAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(
        InsightDbContext db, AnalysisRow row, ImageAnalysis result, IReadOnlyList<LayerProgress>? progress,
        IReadOnlyDictionary<(string, string, string), StoredLayer> stored, CancellationToken cancellationToken)
    {
        // Asked for in time: what was found is as unwanted as if the worker had heard of it sooner.
        if (row.CancelRequested)
        {
            row.State = AnalysisState.Failed;
            (row.ErrorCode, row.ErrorDetail) = (AnalysisErrors.Cancelled, "Cancelled while it was running.");
            return;
        }

        row.State = AnalysisState.Done;
        if (row.Name == AnalysisIntake.Unnamed && result.Facts.Tags is [var tag, ..])
            row.Name = StoredText.Fit(tag, 500);
        row.ErrorCode = row.ErrorDetail = null;
        row.BytesDone = row.BytesTotal = result.Facts.Layers.Select(l => l.Blob).Distinct().Sum(b => b.Size);
        row.LayersDone = row.LayersTotal = result.Facts.Layers.Count;
        row.LayerProgress = PackedProgress.Pack(progress);
        await ImageWriter.WriteAsync(db, row.Id, result, stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks the analysis failed for good; false when the lease was lost.</summary>
    public Task<bool> FailAsync(
        ClaimedAnalysis claim, string code, string detail, IReadOnlyList<SiblingImage> siblings,
        CancellationToken cancellationToken) =>
        EndAsync(
            claim,
            siblings,
            (_, row) =>
            {
                row.State = AnalysisState.Failed;
                row.ErrorCode = code;
                row.ErrorDetail = StoredText.Fit(detail);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>
    /// Gives the analysis back: at once on an orderly stop or when the database was away, after a backoff when
    /// something else of the service's own (a disk) failed. Waits for a database that is away.
    /// </summary>
    /// <param name="countAttempt">False gives the attempt back: neither worker nor image was at fault.</param>
    public Task ReleaseAsync(ClaimedAnalysis claim, bool countAttempt, CancellationToken cancellationToken) =>
        WhenReachableAsync(
            async () =>
            {
                await ReleaseOnceAsync(claim, countAttempt, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    private async Task ReleaseOnceAsync(ClaimedAnalysis claim, bool countAttempt, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var dead = countAttempt && claim.Attempt >= settings.MaxAttempts;
        var now = Now();
        var notBefore = countAttempt ? now + Backoff(claim.Attempt) : now;
        var attempts = countAttempt ? claim.Attempt : claim.Attempt - 1;
        await Held(db, claim).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.State, dead ? AnalysisState.Failed : AnalysisState.Queued)
                .SetProperty(a => a.ErrorCode, dead ? AnalysisErrors.ServiceError : null)
                .SetProperty(a => a.ErrorDetail, dead
                    ? "The service could not finish this analysis; its log says why. Try again later."
                    : null)
                .SetProperty(a => a.FinishedAt, dead ? now : (DateTime?)null)
                .SetProperty(a => a.NotBefore, notBefore)
                .SetProperty(a => a.Attempts, attempts)
                .SetProperty(a => a.LeaseToken, (Guid?)null)
                .SetProperty(a => a.LeaseUntil, (DateTime?)null),
            cancellationToken).ConfigureAwait(false);
        if (dead)
            await SpentCredentials.DeleteAsync(db, cancellationToken).ConfigureAwait(false);
        await NotifyAsync(db, cancellationToken).ConfigureAwait(false);
        signal.Pulse();
    }

    /// <summary>
    /// Completes when something may have been queued (LISTEN/NOTIFY on Postgres, in-process signal on SQLite), or after
    /// the timeout.
    /// </summary>
    public Task WaitForWorkAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        signal.WaitAsync(timeout, cancellationToken);

    /// <summary>Tells those who wait in this process.</summary>
    internal void Pulse() => signal.Pulse();

    /// <summary>Tells waiting workers, here and (in the current transaction) in other processes.</summary>
    internal static async Task NotifyAsync(InsightDbContext db, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_notify({WorkSignal.Channel}, '')", cancellationToken).ConfigureAwait(false);
    }

    private Task<bool> EndAsync(
        ClaimedAnalysis claim, IReadOnlyList<SiblingImage> siblings, Func<InsightDbContext, AnalysisRow, Task> write,
        CancellationToken cancellationToken) =>
        WhenReachableAsync(
            () => TransactionRetry.WhenDeadlockedAsync(() => EndOnceAsync(claim, siblings, write, cancellationToken)),
            cancellationToken);

    /// <summary>
    /// Again until the database is back. Each call looks for the lease's token first, so one that did reach the
    /// database before the connection broke changes nothing when it is repeated.
    /// </summary>
    private async Task<T> WhenReachableAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var until = time.GetUtcNow() + MaxAway; ;)
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (Exception e) when (DatabaseAway.IsCauseOf(e) && time.GetUtcNow() < until)
            {
                expired.NoteAway();
                await Task.Delay(AwayPoll, cancellationToken).ConfigureAwait(false);
            }
    }

    private async Task<bool> EndOnceAsync(
        ClaimedAnalysis claim, IReadOnlyList<SiblingImage> siblings, Func<InsightDbContext, AnalysisRow, Task> write,
        CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // Locked, so that no reclaim comes between; on SQLite the transaction is the only writer anyway.
        var row = db.IsPostgres
            ? (await db.Analyses.FromSql($"SELECT * FROM analyses WHERE id = {claim.Id} FOR UPDATE")
                .ToListAsync(cancellationToken).ConfigureAwait(false)).SingleOrDefault()
            : await db.Analyses.SingleOrDefaultAsync(a => a.Id == claim.Id, cancellationToken).ConfigureAwait(false);
        if (row is null || row.State != AnalysisState.Running || row.LeaseToken != claim.LeaseToken)
            return false;
        await write(db, row).ConfigureAwait(false);
        row.FinishedAt = Now();
        row.LeaseToken = null;
        row.LeaseUntil = null;
        row.CancelRequested = false;
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await AddSiblingsAsync(db, row, siblings, cancellationToken).ConfigureAwait(false);
        await SpentCredentials.DeleteAsync(db, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        signal.Pulse();
        return true;
    }

    private async Task AddSiblingsAsync(
        InsightDbContext db, AnalysisRow first, IReadOnlyList<SiblingImage> siblings,
        CancellationToken cancellationToken)
    {
        if (siblings.Count == 0)
            return;
        var known = await db.Analyses.Where(a => a.OriginId == first.OriginId).Select(a => a.ImageKey)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var now = Now();
        foreach (var sibling in siblings.Where(s => !known.Contains(s.Key)))
            db.Analyses.Add(new AnalysisRow
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()),
                Name = StoredText.Fit(sibling.Name, 500),
                Source = first.Source,
                OriginId = first.OriginId,
                ImageKey = sibling.Key,
                ListedIn = sibling.ListedIn,
                State = sibling.ErrorCode is null ? AnalysisState.Queued : AnalysisState.Failed,
                ErrorCode = sibling.ErrorCode,
                ErrorDetail = sibling.ErrorDetail is null ? null : StoredText.Fit(sibling.ErrorDetail),
                CreatedAt = now,
                NotBefore = now,
                FinishedAt = sibling.ErrorCode is null ? null : now,
            });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await NotifyAsync(db, cancellationToken).ConfigureAwait(false);
    }

    private static IQueryable<AnalysisRow> Held(InsightDbContext db, ClaimedAnalysis claim) =>
        db.Analyses.Where(a => a.Id == claim.Id && a.State == AnalysisState.Running
            && a.LeaseToken == claim.LeaseToken);

    /// <summary>SQLite keeps times as ticks.</summary>
    private static object Sql(InsightDbContext db, DateTime time) => db.IsPostgres ? time : time.Ticks;

    private TimeSpan Backoff(int attempt) => settings.Backoff * Math.Pow(2, Math.Max(0, attempt - 1));

    private DateTime Now() => time.GetUtcNow().UtcDateTime;
}
