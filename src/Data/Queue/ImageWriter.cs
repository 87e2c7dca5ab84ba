using ImageInsight.Analysis;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImageInsight.Data.Queue;

/// <summary>
/// Writes the result of an analysis in the transaction that ends it. Its layers are stored before and only referred to.
/// </summary>
internal static class ImageWriter
{
    /// <summary>What of an image's stack is stored once: most layers stand in it once anyway.</summary>
    public static (string DiffId, string Blob, string MediaType) KeyOf(ImageLayer layer) =>
        (layer.Layer.DiffId.Hex, layer.Blob.Digest.Hex, layer.Blob.MediaType);

    /// <param name="stored">Where each layer is.</param>
    /// <exception cref="LayerGoneException">One of them was collected in the meantime; nothing is written.</exception>
    public static async Task WriteAsync(
        InsightDbContext db, Guid analysisId, ImageAnalysis result,
        IReadOnlyDictionary<(string, string, string), StoredLayer> stored, CancellationToken cancellationToken)
    {
        if (!await LayerWriter.HoldAsync(db, [.. stored.Values], cancellationToken).ConfigureAwait(false))
            throw new LayerGoneException();
        db.Images.Add(Image(analysisId, result));
        foreach (var stacked in result.Facts.Layers)
        {
            var (layerId, blobId) = stored[KeyOf(stacked)];
            db.ImageLayers.Add(new ImageLayerRow
            {
                AnalysisId = analysisId,
                Index = stacked.Index,
                LayerId = layerId,
                BlobId = blobId,
                Instruction = stacked.Instruction is null ? null : StoredText.Fit(stacked.Instruction),
                WastedBytes = result.Tree.WastedByLayer[stacked.Index],
            });
        }

        db.Findings.AddRange(result.Findings.Select((f, i) => Finding(analysisId, i, f)));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await PackageRows.WriteAsync(
            db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), analysisId,
            result.Packages.All, cancellationToken)
            .ConfigureAwait(false);
    }

    private static ImageRow Image(Guid analysisId, ImageAnalysis result)
    {
        var ledger = result.Tree.Ledger;
        return new ImageRow
        {
            AnalysisId = analysisId,
            ConfigDigest = result.Facts.ConfigDigest.ToString(),
            Platform = StoredText.Fit(result.Facts.Platform.ToString(), 255),
            TagsJson = StoredJson.Write(result.Facts.Tags),
            HistoryJson = StoredJson.Write(result.Facts.History),
            SettingsJson = StoredJson.WriteOne(result.Facts.Settings),
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
            ChainId = result.Facts.Layers.Count == 0 ? null
                : ChainId.Compute([.. result.Facts.Layers.Select(l => l.Layer.DiffId)])[^1].ToString(),
            BaseJson = StoredJson.WriteOne(result.Facts.Base),
            Offers = result.Facts.Offers is null ? null : StoredText.Fit(result.Facts.Offers, 100),
        };
    }

    private static FindingRow Finding(Guid analysisId, int position, Analysis.Findings.Finding finding) => new()
    {
        AnalysisId = analysisId,
        Position = position,
        FindingId = finding.Id,
        RuleId = finding.RuleId,
        Title = StoredText.Fit(finding.Title),
        Severity = (byte)finding.Severity,
        Confidence = (byte)finding.Confidence,
        DiskBytes = finding.DiskBytes,
        PullBytes = finding.PullBytes,
        Layer = finding.Layer,
        Instruction = finding.Instruction is null ? null : StoredText.Fit(finding.Instruction),
        PathCount = finding.PathCount,
        EvidenceJson = StoredJson.Write(finding.Paths),
        FixText = StoredText.Fit(finding.Fix.Text),
        FixSnippet = StoredText.Fit(finding.Fix.Snippet),
        KnownAsJson = StoredJson.Write(finding.KnownAs),
        RemedyJson = finding.Remedy is null ? null
            : StoredText.Fit(Analysis.Findings.RemedyJson.Write(finding.Remedy), int.MaxValue),
        Bodies = PackedBodies.Pack(finding.Bodies),
        BodyLayers = PackedBodies.PackLayers(finding.Bodies),
    };
}
