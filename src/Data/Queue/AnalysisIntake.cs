using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Queue;

/// <summary>Queues the first analysis of what came here, and wakes a worker.</summary>
public sealed class AnalysisIntake(Contexts contexts, WorkSignal signal, TimeProvider time)
{
    /// <summary>Until its image is known, which has tags in most cases.</summary>
    public const string Unnamed = "upload without a name";

    /// <summary>Somebody may look, and look again, at what does not become whole.</summary>
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromMinutes(5);

    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Analyses.AnyAsync(a => a.Id == id, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="name">What people call it: the reference as they know it.</param>
    public Task<Guid> EnqueuePullAsync(string name, PullRequest pull, CancellationToken cancellationToken)
    {
        var own = pull.Protected is null
            ? null
            : new CredentialRow
            {
                Id = pull.CredentialId!.Value,
                Registry = pull.Reference.Registry,
                Protected = pull.Protected,
                CreatedAt = Now(),
            };
        var origin = new OriginRow
        {
            Id = NewId(),
            Reference = pull.Reference.ToString(),
            Platform = pull.Platform,
            CredentialId = pull.CredentialId,
            HadCredential = pull.CredentialId is not null,
            WatchId = pull.WatchId,
        };
        return EnqueueAsync(new NewAnalysis(NewId(), name, ImageSource.Pull), origin, own, cancellationToken);
    }

    /// <param name="reference">Of an image or index, by digest: a tag may be pushed again before it is read.</param>
    public Task<Guid> EnqueuePushAsync(string name, string reference, long bytes, CancellationToken cancellationToken)
    {
        var origin = new OriginRow { Id = NewId(), Reference = reference, Platform = "all", Bytes = bytes };
        return EnqueueAsync(new NewAnalysis(NewId(), name, ImageSource.Push), origin, own: null, cancellationToken);
    }

    /// <summary>
    /// Queues the image of an analysis once more, because what was stored of it is damaged: an analysis of its own, so
    /// that nothing of the first is lost. One that is on its way, or has just ended, is enough.
    /// </summary>
    /// <returns>The analysis that reads it; null when the bytes are no longer here.</returns>
    public async Task<Guid?> ReadAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (db.IsPostgres)
            // Two people who look at it at once order one.
            await db.Database.ExecuteSqlAsync(
                $"SELECT id FROM analyses WHERE id = {id} FOR UPDATE", cancellationToken).ConfigureAwait(false);
        var row = await db.Analyses.AsNoTracking().Include(a => a.Origin)
            .SingleOrDefaultAsync(a => a.Id == id, cancellationToken).ConfigureAwait(false);
        if (row is null)
            return null;
        var now = Now();
        var recently = now - BetweenReadings;
        var readings = await db.Analyses.AsNoTracking()
            .Where(a => a.OriginId == row.OriginId && a.ImageKey == row.ImageKey).OrderByDescending(a => a.Reading)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        if (readings[0] is var latest && latest.Reading > row.Reading
            && (latest.FinishedAt is null || latest.FinishedAt > recently))
            return latest.Id;
        if (row.Origin.DroppedAt is not null || (row.Origin.HadCredential && row.Origin.CredentialId is null))
            return null;
        var again = new AnalysisRow
        {
            Id = NewId(),
            Name = row.Name,
            Source = row.Source,
            OriginId = row.OriginId,
            ImageKey = row.ImageKey,
            Reading = latest.Reading + 1,
            ListedIn = row.ListedIn,
            CreatedAt = now,
            NotBefore = now,
            BytesTotal = row.Origin.Bytes,
        };
        db.Analyses.Add(again);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await AnalysisQueue.NotifyAsync(db, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        signal.Pulse();
        return again.Id;
    }

    /// <summary>The analysis of an upload whose first bytes are here: nobody claims it yet.</summary>
    /// <param name="id">Null for one of the service's own.</param>
    /// <param name="bytes">As the sender states; 0 when it does not.</param>
    internal Task<Guid> ReceiveAsync(
        Guid? id, string name, long bytes, (Guid Token, DateTime Until) lease, CancellationToken cancellationToken)
    {
        // Until it is whole there is nothing to read again.
        var origin = new OriginRow { Id = NewId(), Bytes = bytes, DroppedAt = Now() };
        var analysis = new NewAnalysis(id ?? NewId(), name, ImageSource.Upload) { Lease = lease };
        return EnqueueAsync(analysis, origin, own: null, cancellationToken);
    }

    /// <summary>In one transaction: the row that people see is the job.</summary>
    /// <param name="own">A login for this analysis alone.</param>
    private async Task<Guid> EnqueueAsync(
        NewAnalysis analysis, OriginRow origin, CredentialRow? own, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (own is not null)
            db.Credentials.Add(own);
        var now = Now();
        origin.CreatedAt = now;
        var row = new AnalysisRow
        {
            Id = analysis.Id,
            Name = StoredText.Fit(analysis.Name, 500),
            Source = analysis.Source,
            ImageKey = "",
            CreatedAt = now,
            NotBefore = now,
            BytesTotal = origin.Bytes,
            Origin = origin,
            State = analysis.Lease is null ? AnalysisState.Queued : AnalysisState.Receiving,
            LeaseToken = analysis.Lease?.Token,
            LeaseUntil = analysis.Lease?.Until,
        };
        db.Analyses.Add(row);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (row.State == AnalysisState.Queued)
            await AnalysisQueue.NotifyAsync(db, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        signal.Pulse();
        return row.Id;
    }

    private sealed record NewAnalysis(Guid Id, string Name, ImageSource Source)
    {
        /// <summary>While its bytes arrive.</summary>
        public (Guid Token, DateTime Until)? Lease { get; init; }
    }

    private Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    private DateTime Now() => time.GetUtcNow().UtcDateTime;
}
