using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Layers;

/// <summary>Layers as they were read before. Only readers that verified both digests write them.</summary>
public sealed class LayerStore(Contexts contexts, RecentLayers recent) : IKnownLayers
{
    public async Task<(Layer Layer, LayerBlob Blob)?> FindAsync(
        Digest diffId, Digest blob, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        // One view throughout: a delete in the middle must not show half a layer.
        await using var transaction = await db.BeginReadAsync(cancellationToken).ConfigureAwait(false);
        var (wanted, form) = (diffId.ToString(), blob.ToString());
        var row = await db.LayerBlobs.AsNoTracking().Include(b => b.Layer)
            .Where(b => b.Digest == form && b.Layer.DiffId == wanted
                && b.Layer.AnalyzerVersion == Layer.AnalyzerVersion)
            .OrderBy(b => b.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (row is null)
            return null;
        var layer = await LoadAsync(db, row.Layer, recent, cancellationToken).ConfigureAwait(false);
        var captures = recent.Captures(row.Layer.DiffId, row.Layer.AnalyzerVersion);
        if (captures is null)
        {
            captures = await CaptureRows.ReadAsync(
                db.Database.GetDbConnection(), row.LayerId, cancellationToken).ConfigureAwait(false);
            recent.Keep(row.Layer.DiffId, row.Layer.AnalyzerVersion, layer.Entries, captures);
        }

        return (layer with { Captures = captures }, Unpack(row, layer));
    }

    /// <summary>Of a blob that some image has had, whatever it unpacks to; null when none has.</summary>
    public async Task<long?> SizeOfAsync(Digest blob, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var form = blob.ToString();
        return await db.LayerBlobs.Where(b => b.Digest == form && b.Layer.AnalyzerVersion == Layer.AnalyzerVersion)
            .Select(b => (long?)b.Size)
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<Layer> LoadAsync(
        InsightDbContext db, LayerRow row, RecentLayers recent, CancellationToken cancellationToken)
    {
        var entries = recent.Entries(row.DiffId, row.AnalyzerVersion);
        if (entries is null)
        {
            entries = await EntryRows.ReadAsync(
                db.Database.GetDbConnection(), row.Id, cancellationToken).ConfigureAwait(false);
            recent.Keep(row.DiffId, row.AnalyzerVersion, entries, captures: null);
        }

        return new(Digest.Parse(row.DiffId), row.TarBytes, row.DiskBytes, row.RecordCount, entries)
        {
            ContentKnown = row.AnalyzerVersion != Layer.UnknownContentVersion,
        };
    }

    internal static LayerBlob Unpack(LayerBlobRow row, Layer layer) => new(
        Digest.Parse(row.Digest), row.Size, row.MediaType, row.PullBytes, row.PullEstimated,
        PackedShares.Unpack(row.Shares, layer.Entries.Count));
}
