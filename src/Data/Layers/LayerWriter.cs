using ImageInsight.Analysis.Layers;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageInsight.Data.Layers;

/// <summary>
/// Stores layers and the forms they arrived in, each once for all images, and deletes what no image has any more.
/// </summary>
internal static class LayerWriter
{
    /// <summary>In the current transaction; the number of the one that is known already, or of the new one.</summary>
    public static async Task<long> WriteAsync(InsightDbContext db, Layer layer, CancellationToken cancellationToken)
    {
        var diffId = layer.DiffId.ToString();
        while (true)
        {
            // Waits for whoever is inserting the same layer, and then takes theirs.
            var inserted = await db.Database.SqlQuery<long>(
                $"""
                INSERT INTO layers (diff_id, analyzer_version, tar_bytes, disk_bytes, record_count)
                VALUES ({diffId}, {layer.StoredVersion}, {layer.TarBytes}, {layer.DiskBytes}, {layer.RecordCount})
                ON CONFLICT (diff_id, analyzer_version) DO NOTHING RETURNING id AS "Value"
                """).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (inserted is [var id])
            {
                await EntryRows.WriteAsync(
                    db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), id,
                    layer.Entries, cancellationToken)
                    .ConfigureAwait(false);
                await CaptureRows.WriteAsync(
                    db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), id,
                    layer.Captures, cancellationToken)
                    .ConfigureAwait(false);
                return id;
            }

            // Held against a delete of the last image that had it.
            var known = db.IsPostgres
                ? await db.Database.SqlQuery<long>(
                    $"""
                    SELECT id AS "Value" FROM layers
                    WHERE diff_id = {diffId} AND analyzer_version = {layer.StoredVersion} FOR KEY SHARE
                    """)
                    .ToListAsync(cancellationToken).ConfigureAwait(false)
                : await db.Layers.Where(l => l.DiffId == diffId && l.AnalyzerVersion == layer.StoredVersion)
                    .Select(l => l.Id)
                    .ToListAsync(cancellationToken).ConfigureAwait(false);
            if (known is [var existing])
                return existing;
        }
    }

    /// <summary>The same for a form of it.</summary>
    public static async Task<long> WriteBlobAsync(
        InsightDbContext db, long layerId, LayerBlob blob, CancellationToken cancellationToken)
    {
        var digest = blob.Digest.ToString();
        var mediaType = StoredText.Fit(blob.MediaType, 255);
        var known = await db.LayerBlobs.Where(b => b.LayerId == layerId && b.Digest == digest
            && b.MediaType == mediaType)
            .Select(b => (long?)b.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (known is not null)
            return known.Value;
        var shares = PackedShares.Pack(blob.Shares);
        var inserted = await db.Database.SqlQuery<long>(
            $"""
            INSERT INTO layer_blobs (layer_id, digest, media_type, size, pull_bytes, pull_estimated, shares)
            VALUES ({layerId}, {digest}, {mediaType}, {blob.Size}, {blob.PullBytes}, {blob.PullEstimated}, {shares})
            ON CONFLICT (layer_id, digest, media_type) DO UPDATE SET size = excluded.size RETURNING id AS "Value"
            """).ToListAsync(cancellationToken).ConfigureAwait(false);
        return inserted[0];
    }

    /// <summary>Of these layers and their forms, those that no image has.</summary>
    public static async Task DeleteUnusedAsync(
        InsightDbContext db, IReadOnlyList<long> layers, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
            // Waits for a worker that is about to refer to one of them; the delete below then sees its reference.
            await db.Database.ExecuteSqlAsync(
                $"SELECT id FROM layers WHERE id = ANY({layers.ToArray()}) ORDER BY diff_id FOR UPDATE",
                cancellationToken).ConfigureAwait(false);
        await db.LayerBlobs
            .Where(b => layers.Contains(b.LayerId) && !db.ImageLayers.Any(l => l.BlobId == b.Id))
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await db.Layers
            .Where(l => layers.Contains(l.Id) && !db.ImageLayers.Any(i => i.LayerId == l.Id))
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }
}
