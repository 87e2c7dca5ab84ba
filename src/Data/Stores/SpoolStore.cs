using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Stores;

/// <summary>Which spooled files are still needed, and which may be dropped.</summary>
public sealed class SpoolStore(Contexts contexts, TimeProvider time)
{
    /// <summary>Names of all spool files that some upload or pushed blob still has.</summary>
    public async Task<IReadOnlyList<string>> KeptAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var uploads = await db.Origins.Where(u => u.SpoolName != null && u.DroppedAt == null).Select(u => u.SpoolName!)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var blobs = await db.PushedBlobs.Select(b => b.SpoolName).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. uploads, .. blobs];
    }

    /// <summary>
    /// Drops uploads whose analyses have all ended and that are older than <paramref name="keep"/>, the oldest ended
    /// ones while more than <paramref name="budgetBytes"/> are kept, and those without any analysis; returns their file
    /// names.
    /// </summary>
    public async Task<IReadOnlyList<string>> DropAsync(
        TimeSpan keep, long budgetBytes, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        var orphans = await db.Origins.Where(u => !db.Analyses.Any(a => a.OriginId == u.Id))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var kept = await db.Origins.Where(u => u.SpoolName != null && u.DroppedAt == null
            && db.Analyses.Any(a => a.OriginId == u.Id))
            .OrderByDescending(u => u.CreatedAt)
            .Select(u => new
            {
                Row = u,
                Ended = !db.Analyses.Any(a => a.OriginId == u.Id
                    && (a.State == AnalysisState.Queued || a.State == AnalysisState.Running)),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var dropped = orphans.Where(o => o.DroppedAt is null).Select(o => o.SpoolName).OfType<string>().ToList();
        db.Origins.RemoveRange(orphans);
        long bytes = 0;
        foreach (var upload in kept)
        {
            bytes += upload.Row.Bytes;
            if (!upload.Ended || (upload.Row.CreatedAt >= now - keep && bytes <= budgetBytes))
                continue;
            bytes -= upload.Row.Bytes;
            upload.Row.DroppedAt = now;
            dropped.Add(upload.Row.SpoolName!);
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return dropped;
    }
}
