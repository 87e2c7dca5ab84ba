using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Stores;

/// <summary>What clients pushed: blobs in the spool, manifests and tags here.</summary>
public sealed class PushStore(Contexts contexts, TimeProvider time)
{
    /// <summary>The blob's file, which is kept a while longer now; null when it is not held.</summary>
    public async Task<PushedBlob?> FindBlobAsync(string digest, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var now = Now();
        await db.PushedBlobs.Where(b => b.Digest == digest)
            .ExecuteUpdateAsync(s => s.SetProperty(b => b.UsedAt, now), cancellationToken).ConfigureAwait(false);
        return await db.PushedBlobs.Where(b => b.Digest == digest).Select(b => new PushedBlob(b.SpoolName, b.Bytes))
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False when the blob is held already: the caller's file is one too many.</summary>
    public async Task<bool> AddBlobAsync(
        string digest, string spoolName, long bytes, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        // SQLite keeps times as ticks.
        object now = db.IsPostgres ? Now() : Now().Ticks;
        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO pushed_blobs (digest, spool_name, bytes, used_at) VALUES ({digest}, {spoolName}, {bytes}, {now})
            ON CONFLICT (digest) DO NOTHING
            """,
            cancellationToken).ConfigureAwait(false) > 0;
    }

    public async Task SaveManifestAsync(
        string repository, string? tag, PushedManifest manifest, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        object now = db.IsPostgres ? Now() : Now().Ticks;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO pushed_manifests (repository, digest, media_type, bytes, used_at)
            VALUES ({repository}, {manifest.Digest}, {manifest.MediaType}, {manifest.Bytes}, {now})
            ON CONFLICT (repository, digest) DO UPDATE SET media_type = excluded.media_type, used_at = excluded.used_at
            """,
            cancellationToken).ConfigureAwait(false);
        if (tag is not null)
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO pushed_tags (repository, tag, digest) VALUES ({repository}, {tag}, {manifest.Digest})
                ON CONFLICT (repository, tag) DO UPDATE SET digest = excluded.digest
                """,
                cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<PushedManifest?> FindManifestAsync(
        string repository, string tagOrDigest, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var digest = tagOrDigest.Contains(':', StringComparison.Ordinal)
            ? tagOrDigest
            : await db.PushedTags.Where(t => t.Repository == repository && t.Tag == tagOrDigest).Select(t => t.Digest)
                .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return await db.PushedManifests.Where(m => m.Repository == repository && m.Digest == digest)
            .Select(m => new PushedManifest(m.Digest, m.MediaType, m.Bytes)).SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Forgets blobs that nothing used for <paramref name="keep"/>, and the longest unused while there are more than
    /// <paramref name="budgetBytes"/>, but none while an analysis of a push waits; returns their files.
    /// </summary>
    public async Task<IReadOnlyList<string>> DropAsync(
        TimeSpan keep, long budgetBytes, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        if (await db.Analyses.AnyAsync(
            a => a.Source == ImageSource.Push && (a.State == AnalysisState.Queued || a.State == AnalysisState.Running),
            cancellationToken).ConfigureAwait(false))
            return [];
        var oldest = Now() - keep;
        var blobs = await db.PushedBlobs.AsNoTracking().OrderByDescending(b => b.UsedAt).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var dropped = new List<string>();
        long bytes = 0;
        foreach (var blob in blobs)
        {
            bytes += blob.Bytes;
            if (blob.UsedAt >= oldest && bytes <= budgetBytes)
                continue;
            bytes -= blob.Bytes;
            // Not when a push has asked for it just now.
            if (await db.PushedBlobs.Where(b => b.Digest == blob.Digest && b.UsedAt == blob.UsedAt)
                .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) > 0)
                dropped.Add(blob.SpoolName);
        }

        await DropManifestsAsync(db, oldest, cancellationToken).ConfigureAwait(false);
        return dropped;
    }

    private static async Task DropManifestsAsync(
        InsightDbContext db, DateTime oldest, CancellationToken cancellationToken)
    {
        await db.PushedManifests.Where(m => m.UsedAt < oldest).ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        await db.PushedTags.Where(
            t => !db.PushedManifests.Any(m => m.Repository == t.Repository && m.Digest == t.Digest))
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private DateTime Now() => time.GetUtcNow().UtcDateTime;
}

public sealed record PushedBlob(string SpoolName, long Bytes);

public sealed record PushedManifest(string Digest, string MediaType, byte[] Bytes);
