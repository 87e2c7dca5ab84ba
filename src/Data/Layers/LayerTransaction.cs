using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Layers;

/// <summary>Writes one layer and one form of it, in the current transaction, which the caller ends.</summary>
internal sealed class LayerTransaction(InsightDbContext db, PackedLayer packed, DateTime now)
{
    /// <summary>SQLite keeps times as ticks.</summary>
    private readonly object at = db.IsPostgres ? now : now.Ticks;

    public async Task<StoredLayer> RunAsync(CancellationToken cancellationToken)
    {
        var (layerId, written) = await WriteLayerAsync(cancellationToken).ConfigureAwait(false);
        return new StoredLayer(
            layerId, await WriteBlobAsync(layerId, written, cancellationToken).ConfigureAwait(false));
    }

    private async Task<(long Id, bool Written)> WriteLayerAsync(CancellationToken cancellationToken)
    {
        var (layer, version) = (packed.Layer, packed.Layer.StoredVersion);
        while (true)
        {
            // Waits for whoever is inserting the same layer, and then takes theirs.
            var inserted = await db.Database.SqlQuery<long>(
                $"""
                INSERT INTO layers
                (diff_id, analyzer_version, tar_bytes, disk_bytes, record_count, stored_at, broken)
                VALUES ({packed.DiffId}, {version}, {layer.TarBytes}, {layer.DiskBytes}, {layer.RecordCount}, {at},
                {false})
                ON CONFLICT (diff_id, analyzer_version) DO NOTHING RETURNING id AS "Value"
                """).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (inserted is [var id])
            {
                await WritePiecesAsync(id, cancellationToken).ConfigureAwait(false);
                return (id, true);
            }

            // Held against a delete of the last image that had it.
            var known = db.IsPostgres
                ? await db.Database.SqlQuery<long>(
                    $"""
                    SELECT id AS "Value" FROM layers
                    WHERE diff_id = {packed.DiffId} AND analyzer_version = {version} FOR KEY SHARE
                    """)
                    .ToListAsync(cancellationToken).ConfigureAwait(false)
                : await db.Layers.Where(l => l.DiffId == packed.DiffId && l.AnalyzerVersion == version)
                    .Select(l => l.Id)
                    .ToListAsync(cancellationToken).ConfigureAwait(false);
            if (known is [var existing])
                return (existing, await RepairAsync(existing, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>In its place, so that every image that has it is whole again; false when it was not broken.</summary>
    private async Task<bool> RepairAsync(long id, CancellationToken cancellationToken)
    {
        var repaired = await db.Layers.Where(l => l.Id == id && l.Broken)
            .ExecuteUpdateAsync(
                s => s.SetProperty(l => l.Broken, false).SetProperty(l => l.StoredAt, now), cancellationToken)
            .ConfigureAwait(false);
        if (repaired == 0)
            return false;
        await PieceStore.Entries.DeleteAsync(db, id, cancellationToken).ConfigureAwait(false);
        await PieceStore.Captures.DeleteAsync(db, id, cancellationToken).ConfigureAwait(false);
        await WritePiecesAsync(id, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task WritePiecesAsync(long id, CancellationToken cancellationToken)
    {
        await PieceStore.Entries.WriteAsync(
            db, id, packed.Entries(cancellationToken), cancellationToken).ConfigureAwait(false);
        await PieceStore.Captures.WriteAsync(
            db, id, packed.Captures(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <param name="layerWritten">The layer was new or broken: so may be the shares of a form that is known.</param>
    private async Task<long> WriteBlobAsync(long layerId, bool layerWritten, CancellationToken cancellationToken)
    {
        var blob = packed.Blob;
        var inserted = await db.Database.SqlQuery<long>(
            $"""
            INSERT INTO layer_blobs (layer_id, digest, media_type, size, pull_bytes, pull_estimated, stored_at)
            VALUES ({layerId}, {packed.Digest}, {packed.MediaType}, {blob.Size}, {blob.PullBytes},
            {blob.PullEstimated}, {at})
            ON CONFLICT (layer_id, digest, media_type) DO NOTHING RETURNING id AS "Value"
            """).ToListAsync(cancellationToken).ConfigureAwait(false);
        // The layer is held, so nobody deletes it in between.
        var id = inserted is [var added] ? added
            : await db.LayerBlobs
                .Where(b => b.LayerId == layerId && b.Digest == packed.Digest && b.MediaType == packed.MediaType)
                .Select(b => b.Id).SingleAsync(cancellationToken).ConfigureAwait(false);
        if (inserted.Count == 0 && !layerWritten)
            return id;
        if (inserted.Count == 0)
            await PieceStore.Shares.DeleteAsync(db, id, cancellationToken).ConfigureAwait(false);
        await PieceStore.Shares.WriteAsync(
            db, id, packed.Shares(cancellationToken), cancellationToken).ConfigureAwait(false);
        return id;
    }
}
