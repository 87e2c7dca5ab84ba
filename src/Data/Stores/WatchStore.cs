using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Stores;

/// <summary>References that are looked at from time to time, and what came of it.</summary>
public sealed class WatchStore(Contexts contexts, TimeProvider time)
{
    /// <summary>As many as are ever listed: those of one registry do not hide the others.</summary>
    private const int MaxDue = 1000;

    public async Task<WatchRecord> AddAsync(
        string reference, string? platform, Guid? credentialId, int everyHours, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var now = time.GetUtcNow();
        var row = new WatchRow
        {
            Id = Guid.CreateVersion7(now),
            Reference = reference,
            Platform = platform,
            CredentialId = credentialId,
            EveryHours = everyHours,
            CreatedAt = now.UtcDateTime,
            NextAt = now.UtcDateTime,
        };
        db.Watches.Add(row);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return RecordOf(row, []);
    }

    public async Task<bool> ExistsAsync(string reference, string? platform, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Watches.AnyAsync(w => w.Reference == reference && w.Platform == platform, cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<WatchRecord>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var rows = await db.Watches.AsNoTracking().OrderBy(w => w.Reference).ThenBy(w => w.Id).Take(1000)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var runs = await db.Analyses.Where(a => a.Origin.WatchId != null).OrderByDescending(a => a.CreatedAt).Take(5000)
            .Select(a => new { a.Origin.WatchId, a.Id }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var byWatch = runs.ToLookup(r => r.WatchId, r => r.Id);
        return [.. rows.Select(r => RecordOf(r, [.. byWatch[r.Id]]))];
    }

    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Watches.Where(w => w.Id == id).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>Makes it due at once; false when there is none.</summary>
    public async Task<bool> HastenAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        return await db.Watches.Where(w => w.Id == id)
            .ExecuteUpdateAsync(s => s.SetProperty(w => w.NextAt, now), cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>
    /// One that is due, put off to its next time, so that no other worker takes it too; null when there is none.
    /// </summary>
    /// <param name="isPassedOver">Says of a reference that it has to wait; the next one is taken instead.</param>
    public async Task<DueWatch?> TakeDueAsync(Func<string, bool> isPassedOver, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        var due = await db.Watches.AsNoTracking().Where(w => w.NextAt <= now).OrderBy(w => w.NextAt).Take(MaxDue)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var row in due.Where(w => !isPassedOver(w.Reference)))
        {
            var next = now + TimeSpan.FromHours(row.EveryHours);
            var taken = await db.Watches.Where(w => w.Id == row.Id && w.NextAt == row.NextAt)
                .ExecuteUpdateAsync(
                    s => s.SetProperty(w => w.NextAt, next).SetProperty(w => w.CheckedAt, now), cancellationToken)
                .ConfigureAwait(false);
            if (taken > 0)
                return new DueWatch(
                    row.Id, row.Reference, row.Platform, row.CredentialId, row.LastDigest,
                    await db.Credentials.Where(c => c.Id == row.CredentialId).Select(c => c.Protected)
                        .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false));
        }

        return null;
    }

    /// <param name="digest">What the reference led to; null when that could not be told.</param>
    public async Task NoteAsync(Guid id, string? digest, string? error, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var text = error is null ? null : StoredText.Fit(error);
        await db.Watches.Where(w => w.Id == id)
            .ExecuteUpdateAsync(
                s => s.SetProperty(w => w.LastDigest, w => digest ?? w.LastDigest).SetProperty(w => w.LastError, text),
                cancellationToken)
            .ConfigureAwait(false);
    }

    private static WatchRecord RecordOf(WatchRow w, IReadOnlyList<Guid> analyses) =>
        new(w.Id, w.Reference, w.Platform, w.EveryHours, w.CreatedAt, w.CheckedAt, w.NextAt, w.LastDigest, w.LastError,
            analyses);
}

/// <param name="Analyses">Newest first.</param>
public sealed record WatchRecord(
    Guid Id, string Reference, string? Platform, int EveryHours, DateTime CreatedAt, DateTime? CheckedAt,
    DateTime NextAt, string? LastDigest, string? LastError, IReadOnlyList<Guid> Analyses);

public sealed record DueWatch(
    Guid Id, string Reference, string? Platform, Guid? CredentialId, string? LastDigest, byte[]? Protected);
