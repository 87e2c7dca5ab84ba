using ImageInsight.Analysis;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageInsight.Data.Queue;

/// <summary>Writes the result of an analysis in the transaction that ends it. Layers that are known are only referred to.</summary>
internal static class ImageWriter
{
    public static async Task WriteAsync(InsightDbContext db, Guid analysisId, ImageAnalysis result, CancellationToken cancellationToken)
    {
        var facts = result.Facts;
        var layerIds = new Dictionary<string, long>();
        // Always in the same order, so that two workers that share layers wait for each other and never both ways.
        foreach (var layer in facts.Layers.Select(l => l.Layer).DistinctBy(l => l.DiffId).OrderBy(l => l.DiffId.Hex, StringComparer.Ordinal))
            layerIds[layer.DiffId.Hex] = await LayerAsync(db, layer, cancellationToken).ConfigureAwait(false);
        var blobIds = new Dictionary<(long, string, string), long>();
        foreach (var stacked in facts.Layers.OrderBy(l => l.Blob.Digest.Hex, StringComparer.Ordinal))
        {
            var key = (layerIds[stacked.Layer.DiffId.Hex], stacked.Blob.Digest.Hex, stacked.Blob.MediaType);
            if (!blobIds.ContainsKey(key))
                blobIds[key] = await BlobAsync(db, key.Item1, stacked.Blob, cancellationToken).ConfigureAwait(false);
        }

        db.Images.Add(ImageOf(analysisId, result));
        foreach (var stacked in facts.Layers)
        {
            var layerId = layerIds[stacked.Layer.DiffId.Hex];
            db.ImageLayers.Add(new ImageLayerRow
            {
                AnalysisId = analysisId,
                Index = stacked.Index,
                LayerId = layerId,
                BlobId = blobIds[(layerId, stacked.Blob.Digest.Hex, stacked.Blob.MediaType)],
                Instruction = stacked.Instruction is null ? null : StoredText.Of(stacked.Instruction),
                WastedBytes = result.Tree.WastedByLayer[stacked.Index],
            });
        }

        db.Findings.AddRange(result.Findings.Select((f, i) => FindingOf(analysisId, i, f)));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await PackageRows.WriteAsync(
            db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), analysisId, result.Packages.All, cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<long> LayerAsync(InsightDbContext db, Layer layer, CancellationToken cancellationToken)
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
                    db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), id, layer.Entries, cancellationToken)
                    .ConfigureAwait(false);
                await CaptureRows.WriteAsync(
                    db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), id, layer.Captures, cancellationToken)
                    .ConfigureAwait(false);
                return id;
            }

            // Held against a delete of the last image that had it.
            var known = db.IsPostgres
                ? await db.Database.SqlQuery<long>(
                    $"""SELECT id AS "Value" FROM layers WHERE diff_id = {diffId} AND analyzer_version = {layer.StoredVersion} FOR KEY SHARE""")
                    .ToListAsync(cancellationToken).ConfigureAwait(false)
                : await db.Layers.Where(l => l.DiffId == diffId && l.AnalyzerVersion == layer.StoredVersion).Select(l => l.Id)
                    .ToListAsync(cancellationToken).ConfigureAwait(false);
            if (known is [var existing])
                return existing;
        }
    }

    private static async Task<long> BlobAsync(InsightDbContext db, long layerId, LayerBlob blob, CancellationToken cancellationToken)
    {
        var digest = blob.Digest.ToString();
        var mediaType = StoredText.Of(blob.MediaType, 255);
        var known = await db.LayerBlobs.Where(b => b.LayerId == layerId && b.Digest == digest && b.MediaType == mediaType)
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

    private static ImageRow ImageOf(Guid analysisId, ImageAnalysis result)
    {
        var ledger = result.Tree.Ledger;
        return new ImageRow
        {
            AnalysisId = analysisId,
            ConfigDigest = result.Facts.ConfigDigest.ToString(),
            Platform = StoredText.Of(result.Facts.Platform.ToString(), 255),
            TagsJson = StoredJson.Write(result.Facts.Tags),
            HistoryJson = StoredJson.Write(result.Facts.History),
            EnvironmentJson = StoredJson.Write(result.Facts.Environment),
            PullBytes = result.Facts.Layers.Sum(l => l.Blob.PullBytes),
            PullEstimated = result.Facts.Layers.Any(l => l.Blob.PullEstimated),
            DiskBytes = ledger.DiskBytes,
            VisibleBytes = ledger.VisibleBytes,
            Deleted = ledger.Deleted,
            Overwritten = ledger.Overwritten,
            MetadataOnly = ledger.MetadataOnly,
            Touched = ledger.Touched,
            Identical = ledger.Identical,
            VisibleFiles = result.Tree.VisibleFiles,
            LayerCount = result.Facts.Layers.Count,
            PackageCount = result.Packages.All.Count,
            PackageFilesOmitted = result.Packages.Omitted,
            ChainId = result.Facts.Layers.Count == 0 ? null : ChainId.Compute([.. result.Facts.Layers.Select(l => l.Layer.DiffId)])[^1].ToString(),
            BaseJson = StoredJson.WriteOne(result.Facts.Base),
            Offers = result.Facts.Offers is null ? null : StoredText.Of(result.Facts.Offers, 100),
        };
    }

    private static FindingRow FindingOf(Guid analysisId, int position, Analysis.Findings.Finding finding) => new()
    {
        AnalysisId = analysisId,
        Position = position,
        FindingId = finding.Id,
        RuleId = finding.RuleId,
        Title = StoredText.Of(finding.Title),
        Severity = (byte)finding.Severity,
        Confidence = (byte)finding.Confidence,
        DiskBytes = finding.DiskBytes,
        PullBytes = finding.PullBytes,
        Layer = finding.Layer,
        Instruction = finding.Instruction is null ? null : StoredText.Of(finding.Instruction),
        PathCount = finding.PathCount,
        EvidenceJson = StoredJson.Write(finding.Paths),
        FixText = StoredText.Of(finding.Fix.Text),
        FixSnippet = StoredText.Of(finding.Fix.Snippet),
        KnownAsJson = StoredJson.Write(finding.KnownAs),
        Bodies = PackedBodies.Pack(finding.Bodies),
    };
}
