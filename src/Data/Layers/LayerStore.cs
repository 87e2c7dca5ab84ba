using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Layers.Packing;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Layers;

/// <summary>Layers as they were read before. Only readers that verified both digests write them.</summary>
public sealed class LayerStore(Contexts contexts, RecentLayers recent, TimeProvider time) : IKnownLayers
{
    /// <remarks>One that is damaged is not known: it is read again, and stored anew then.</remarks>
    public async Task<(Layer Layer, LayerBlob Blob)?> FindAsync(
        Digest diffId, Digest blob, CancellationToken cancellationToken)
    {
        try
        {
            return await FindWholeAsync(diffId, blob, cancellationToken).ConfigureAwait(false);
        }
        catch (StoredLayerException e)
        {
            await MarkBrokenAsync(contexts, e, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Of a blob that some image has had, whatever it unpacks to; null when none has.</summary>
    /// <remarks>Not of one that may be collected before it is asked for.</remarks>
    public async Task<long?> SizeOfAsync(Digest blob, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var form = blob.ToString();
        var fresh = LayerWriter.Fresh(time);
        return await db.LayerBlobs
            .Where(b => b.Digest == form && b.Layer.AnalyzerVersion == Layer.AnalyzerVersion && !b.Layer.Broken
                && (b.StoredAt > fresh || db.ImageLayers.Any(i => i.BlobId == b.Id)))
            .Select(b => (long?)b.Size)
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<(Layer Layer, LayerBlob Blob)?> FindWholeAsync(
        Digest diffId, Digest blob, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        // One view throughout: a delete in the middle must not show half a layer.
        await using var transaction = await db.BeginReadAsync(cancellationToken).ConfigureAwait(false);
        var (wanted, form) = (diffId.ToString(), blob.ToString());
        var row = await db.LayerBlobs.AsNoTracking().Include(b => b.Layer)
            .Where(b => b.Digest == form && b.Layer.DiffId == wanted && !b.Layer.Broken
                && b.Layer.AnalyzerVersion == Layer.AnalyzerVersion)
            .OrderBy(b => b.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (row is null)
            return null;
        var layer = await LoadAsync(db, row.Layer, recent, cancellationToken).ConfigureAwait(false);
        var captures = recent.Captures(row.Layer.DiffId, row.Layer.AnalyzerVersion);
        if (captures is null)
        {
            captures = await LoadCapturesAsync(
                db, row.Layer, layer.Entries.Count, cancellationToken).ConfigureAwait(false);
            recent.Keep(row.Layer.DiffId, row.Layer.AnalyzerVersion, layer.Entries, captures);
        }

        return (layer with { Captures = captures },
            await LoadBlobAsync(db, row, layer, cancellationToken).ConfigureAwait(false));
    }

    internal static async Task<Layer> LoadAsync(
        InsightDbContext db, LayerRow row, RecentLayers recent, CancellationToken cancellationToken)
    {
        var entries = recent.Entries(row.DiffId, row.AnalyzerVersion);
        if (entries is null)
        {
            if (row.Broken)
                throw new StoredLayerException(row.Id, row.DiffId, "it was found so before.", inner: null);
            entries = await LoadEntriesAsync(db, row, cancellationToken).ConfigureAwait(false);
            recent.Keep(row.DiffId, row.AnalyzerVersion, entries, captures: null);
        }

        return new(Digest.Parse(row.DiffId), row.TarBytes, row.DiskBytes, row.RecordCount, entries)
        {
            ContentKnown = row.AnalyzerVersion != Layer.UnknownContentVersion,
        };
    }

    internal static async Task<LayerBlob> LoadBlobAsync(
        InsightDbContext db, LayerBlobRow row, Layer layer, CancellationToken cancellationToken)
    {
        try
        {
            // Nothing is known of what an opaque layer holds.
            using var unpacker = new PackedShares.Unpacker(row.Digest, layer.Entries.Count);
            await PieceStore.Shares.ReadAsync(
                db, row.Id, p => unpacker.Add(p), cancellationToken).ConfigureAwait(false);
            return new(
                Digest.Parse(row.Digest), row.Size, row.MediaType, row.PullBytes, row.PullEstimated, unpacker.End());
        }
        catch (InvalidDataException e)
        {
            throw new StoredLayerException(row.LayerId, layer.DiffId.ToString(), e.Message, e);
        }
    }

    /// <summary>So that whoever reads the layer anew stores it anew.</summary>
    internal static async Task MarkBrokenAsync(
        Contexts contexts, StoredLayerException damage, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await db.Layers.Where(l => l.Id == damage.LayerId && !l.Broken)
            .ExecuteUpdateAsync(s => s.SetProperty(l => l.Broken, true), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<EntryList> LoadEntriesAsync(
        InsightDbContext db, LayerRow row, CancellationToken cancellationToken)
    {
        try
        {
            using var unpacker = new EntryUnpacker(row.DiffId);
            await PieceStore.Entries.ReadAsync(
                db, row.Id, p => unpacker.Add(p), cancellationToken).ConfigureAwait(false);
            var entries = unpacker.End();
            Check(row, entries);
            return entries;
        }
        catch (InvalidDataException e)
        {
            throw new StoredLayerException(row.Id, row.DiffId, e.Message, e);
        }
    }

    private static async Task<IReadOnlyList<Capture>> LoadCapturesAsync(
        InsightDbContext db, LayerRow row, int entries, CancellationToken cancellationToken)
    {
        try
        {
            using var unpacker = new PackedCaptures.Unpacker(row.DiffId, entries);
            await PieceStore.Captures.ReadAsync(
                db, row.Id, p => unpacker.Add(p), cancellationToken).ConfigureAwait(false);
            return unpacker.End();
        }
        catch (InvalidDataException e)
        {
            throw new StoredLayerException(row.Id, row.DiffId, e.Message, e);
        }
    }

    /// <summary>The row has its own count of what is in the pieces.</summary>
    private static void Check(LayerRow row, EntryList entries)
    {
        var (records, bytes) = (0, 0L);
        for (var i = 0; i < entries.Count; i++)
        {
            var kind = entries.Kind(i);
            if (kind != EntryKind.Implied)
                records++;
            if (kind == EntryKind.File)
                bytes = unchecked(bytes + entries.Size(i));
        }

        if (records != row.RecordCount || bytes != row.DiskBytes)
            throw new InvalidDataException("The entries do not add up to what the layer has.");
    }
}
