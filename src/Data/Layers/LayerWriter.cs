using ImageInsight.Analysis.Layers;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Layers;

/// <summary>
/// Stores layers and the forms they arrived in, each once for all images and each in a transaction of its own, and
/// deletes what no image has any more.
/// </summary>
public sealed class LayerWriter(Contexts contexts, TimeProvider time)
{
    /// <summary>
    /// A layer that no image has is collected after so long. Longer than any analysis takes, and than most wait in the
    /// queue; one that comes later all the same stores it again.
    /// </summary>
    public static readonly TimeSpan KeepUnlinked = TimeSpan.FromHours(6);

    /// <summary>Layers that are collected in one transaction.</summary>
    private const int Batch = 50;

    /// <summary>Nothing that was stored or needed after this is collected soon.</summary>
    internal static DateTime Fresh(TimeProvider time) => time.GetUtcNow().UtcDateTime - (KeepUnlinked / 2);

    /// <summary>Whatever of it is not stored yet; where it then is.</summary>
    internal Task<StoredLayer> StoreAsync(Layer layer, LayerBlob blob, CancellationToken cancellationToken)
    {
        var packed = new PackedLayer(layer, blob);
        return TransactionRetry.WhenDeadlockedAsync(() => StoreOnceAsync(packed, cancellationToken));
    }

    /// <summary>Layers and forms of them that no image has had for a while; how many layers.</summary>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().UtcDateTime - KeepUnlinked;
        var collected = 0;
        while (true)
        {
            await using var db = contexts.CreateDbContext();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken)
                .ConfigureAwait(false);
            var old = await db.LayerBlobs
                .Where(b => b.StoredAt < before && !db.ImageLayers.Any(i => i.BlobId == b.Id))
                .OrderBy(b => b.Id).Select(b => b.LayerId).Take(Batch)
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            old.AddRange(await db.Layers
                .Where(l => l.StoredAt < before && !db.ImageLayers.Any(i => i.LayerId == l.Id)
                    && !db.LayerBlobs.Any(b => b.LayerId == l.Id))
                .OrderBy(l => l.Id).Select(l => l.Id).Take(Batch)
                .ToListAsync(cancellationToken).ConfigureAwait(false));
            if (old.Count == 0)
                return collected;
            var deleted = await DeleteUnusedAsync(db, old, before, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            collected += deleted.Layers;
            // All of them were taken up again just now: another time.
            if (deleted == default)
                return collected;
        }
    }

    /// <summary>Of these layers and their forms, those that no image has.</summary>
    /// <param name="before">And that no reading has needed since.</param>
    internal static async Task<(int Layers, int Blobs)> DeleteUnusedAsync(
        InsightDbContext db, IReadOnlyList<long> layers, DateTime before, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
            // Waits for a worker that is about to refer to one of them; the delete below then sees its reference.
            await db.Database.ExecuteSqlAsync(
                $"SELECT id FROM layers WHERE id = ANY({layers.ToArray()}) ORDER BY diff_id FOR UPDATE",
                cancellationToken).ConfigureAwait(false);
        var blobs = await db.LayerBlobs
            .Where(b => layers.Contains(b.LayerId) && b.StoredAt < before
                && !db.ImageLayers.Any(l => l.BlobId == b.Id))
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        // A form that is kept keeps its layer.
        var gone = await db.Layers
            .Where(l => layers.Contains(l.Id) && l.StoredAt < before && !db.ImageLayers.Any(i => i.LayerId == l.Id)
                && !db.LayerBlobs.Any(b => b.LayerId == l.Id))
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        return (gone, blobs);
    }

    /// <summary>
    /// Holds these layers against a delete for the rest of the transaction; false when one of them, or a form, is gone.
    /// </summary>
    internal static async Task<bool> HoldAsync(
        InsightDbContext db, IReadOnlyCollection<StoredLayer> stored, CancellationToken cancellationToken)
    {
        var layers = stored.Select(s => s.LayerId).Distinct().ToArray();
        var blobs = stored.Select(s => s.BlobId).Distinct().ToArray();
        // Always in the same order, so that two workers that share layers wait for each other and never both ways.
        var held = db.IsPostgres
            ? (await db.Database.SqlQuery<long>(
                $"""
                SELECT id AS "Value" FROM layers WHERE id = ANY({layers}) ORDER BY diff_id FOR KEY SHARE
                """).ToListAsync(cancellationToken).ConfigureAwait(false)).Count
            : await db.Layers.CountAsync(l => layers.Contains(l.Id), cancellationToken).ConfigureAwait(false);
        return held == layers.Length
            && await db.LayerBlobs.CountAsync(b => blobs.Contains(b.Id), cancellationToken).ConfigureAwait(false)
                == blobs.Length;
    }

    private async Task<StoredLayer> StoreOnceAsync(PackedLayer layer, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var (layerId, blobId) = await FindAsync(db, layer, cancellationToken).ConfigureAwait(false);
        if (layerId is not null && blobId is not null)
            return new StoredLayer(layerId.Value, blobId.Value);
        await layer.PackAsync(withLayer: layerId is null, cancellationToken).ConfigureAwait(false);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var write = new LayerTransaction(db, layer, time.GetUtcNow().UtcDateTime);
        var stored = await write.RunAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return stored;
    }

    /// <summary>What is stored and whole; a reading that needs it keeps it from being collected.</summary>
    private async Task<(long? Layer, long? Blob)> FindAsync(
        InsightDbContext db, PackedLayer layer, CancellationToken cancellationToken)
    {
        var (diffId, version) = (layer.DiffId, layer.Layer.StoredVersion);
        var (digest, mediaType) = (layer.Digest, layer.MediaType);
        var found = await (
            from l in db.Layers.Where(l => l.DiffId == diffId && l.AnalyzerVersion == version && !l.Broken)
            join b in db.LayerBlobs.Where(b => b.Digest == digest && b.MediaType == mediaType)
                on l.Id equals b.LayerId into forms
            from b in forms.DefaultIfEmpty()
            select new { l.Id, l.StoredAt, BlobId = (long?)b.Id, BlobStoredAt = (DateTime?)b.StoredAt })
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (found is null)
            return (null, null);
        var (fresh, now) = (Fresh(time), time.GetUtcNow().UtcDateTime);
        if (found.StoredAt < fresh)
            await db.Layers.Where(l => l.Id == found.Id)
                .ExecuteUpdateAsync(s => s.SetProperty(l => l.StoredAt, now), cancellationToken).ConfigureAwait(false);
        if (found.BlobStoredAt < fresh)
            await db.LayerBlobs.Where(b => b.Id == found.BlobId)
                .ExecuteUpdateAsync(s => s.SetProperty(b => b.StoredAt, now), cancellationToken).ConfigureAwait(false);
        return (found.Id, found.BlobId);
    }
}
