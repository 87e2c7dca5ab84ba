using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Stores;

/// <summary>Analyses and their results, for the API and the pages.</summary>
public sealed class AnalysisStore(Contexts contexts, RecentLayers recent, AnalysisIntake intake)
{
    /// <summary>With siblings and, when done, the summary; null when there is none.</summary>
    public async Task<AnalysisRecord?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var row = await db.Analyses.AsNoTracking().Include(a => a.Origin).Include(a => a.Image)
            .SingleOrDefaultAsync(a => a.Id == id, cancellationToken).ConfigureAwait(false);
        if (row is null)
            return null;
        var siblings = await db.Analyses.Where(a => a.OriginId == row.OriginId && a.Id != id).OrderBy(a => a.CreatedAt)
            .ThenBy(a => a.Id)
            .Select(a => new SiblingRecord(a.Id, a.Name, a.Image == null ? null : a.Image.Platform, a.State))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        if (row.Image is null)
            return RecordOf(row) with { Siblings = siblings };
        var layers = await db.ImageLayers.AsNoTracking().Where(l => l.AnalysisId == id).OrderBy(l => l.Index)
            .Select(l => new LayerSummary(
                l.Index, l.Layer.DiffId, l.Blob.Digest, l.Blob.MediaType, l.Blob.PullBytes, l.Blob.PullEstimated,
                l.Layer.DiskBytes, l.WastedBytes, l.Layer.RecordCount, l.Instruction,
                l.Layer.AnalyzerVersion != Layer.UnknownContentVersion))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return RecordOf(row) with { Siblings = siblings, Summary = SummaryOf(row.Image, layers) };
    }

    /// <summary>
    /// Where the bytes of a done analysis came from, and which image of them it is (null: what the origin chooses);
    /// null when it is not done.
    /// </summary>
    public async Task<(ImageOrigin Origin, string? ImageKey)?> FindOriginAsync(
        Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var row = await db.Analyses.AsNoTracking().Where(a => a.Id == id && a.State == AnalysisState.Done)
            .Select(a => new { a.OriginId, a.Source, a.ImageKey }).SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        if (row is null)
            return null;
        var origin = await ImageOrigin.Query(db, row.OriginId, row.Source).SingleAsync(cancellationToken)
            .ConfigureAwait(false);
        return (origin, row.ImageKey.Length == 0 ? null : row.ImageKey);
    }

    /// <param name="after">Where the page before ended, or null.</param>
    public async Task<AnalysisPage> ListAsync(
        string? name, AnalysisState? state, AnalysisCursor? after, int take, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        IQueryable<AnalysisRow> query = db.Analyses.AsNoTracking().Include(a => a.Origin).Include(a => a.Image);
        if (!string.IsNullOrEmpty(name))
        {
            var pattern = "%" + EscapeLike(name.ToLowerInvariant()) + "%";
            query = query.Where(a => EF.Functions.Like(a.Name.ToLower(), pattern, "\\"));
        }

        if (state is not null)
            query = query.Where(a => a.State == state);
        if (after is var (time, id))
            query = query.Where(a => a.CreatedAt < time || (a.CreatedAt == time && a.Id.CompareTo(id) < 0));
        var rows = await query.OrderByDescending(a => a.CreatedAt).ThenByDescending(a => a.Id).Take(take + 1)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var page = rows.Take(take).ToList();
        return new AnalysisPage(
            [.. page.Select(RecordOf)],
            rows.Count > take ? new AnalysisCursor(page[^1].CreatedAt, page[^1].Id) : null);
    }

    /// <summary>
    /// The merged tree of a done analysis, from its packed layers. Costly: callers go through a cache.
    /// </summary>
    /// <exception cref="StoredLayerException">A layer of it is damaged. The image is read again where its bytes are
    /// still here.</exception>
    public async Task<FileTree?> LoadTreeAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await LoadWholeTreeAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (StoredLayerException e)
        {
            await LayerStore.MarkBrokenAsync(contexts, e, cancellationToken).ConfigureAwait(false);
            throw new StoredLayerException(
                e, await intake.ReadAgainAsync(id, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<FileTree?> LoadWholeTreeAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        // One view of the database throughout: a delete in the middle must not show half an image.
        await using var transaction = await db.BeginReadAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.ImageLayers.AsNoTracking().Where(l => l.AnalysisId == id).OrderBy(l => l.Index)
            .Include(l => l.Layer).Include(l => l.Blob).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Images.AsNoTracking().SingleOrDefaultAsync(i => i.AnalysisId == id, cancellationToken)
            .ConfigureAwait(false)
            is not { } image)
            return null;
        var layers = new Dictionary<long, Layer>();
        foreach (var row in rows.Select(r => r.Layer).DistinctBy(l => l.Id))
            layers[row.Id] = await LayerStore.LoadAsync(db, row, recent, cancellationToken).ConfigureAwait(false);
        var blobs = new Dictionary<long, LayerBlob>();
        foreach (var row in rows.Select(r => r.Blob).DistinctBy(b => b.Id))
            blobs[row.Id] = await LayerStore.LoadBlobAsync(
                db, row, layers[row.LayerId], cancellationToken).ConfigureAwait(false);
        // Merging may take a while, and an idle transaction is ended by the server.
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () => FileTree.Merge(
                [.. rows.Select(r => new ImageLayer(r.Index, layers[r.LayerId], blobs[r.BlobId], r.Instruction))],
                new SettledLedger(LedgerOf(image), [.. rows.Select(r => r.WastedBytes)]),
                cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Biggest first; null when there is no such analysis or it is not done.</summary>
    public async Task<IReadOnlyList<Finding>?> FindingsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        if (!await db.Images.AnyAsync(i => i.AnalysisId == id, cancellationToken).ConfigureAwait(false))
            return null;
        var rows = await db.Findings.AsNoTracking().Where(f => f.AnalysisId == id).OrderBy(f => f.Position)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(FindingOf)];
    }

    /// <summary>
    /// The same without what grows with the image: no paths, and of the bodies only the layers that they are in, so
    /// that a list of findings can be shown, counted and cut by part of the image. Null when there is no such analysis
    /// or it is not done.
    /// </summary>
    public async Task<IReadOnlyList<Finding>?> FindingHeadsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        if (!await db.Images.AnyAsync(i => i.AnalysisId == id, cancellationToken).ConfigureAwait(false))
            return null;
        var rows = await db.Findings.AsNoTracking().Where(f => f.AnalysisId == id).OrderBy(f => f.Position)
            .Select(f => new FindingRow
            {
                FindingId = f.FindingId,
                RuleId = f.RuleId,
                Title = f.Title,
                Severity = f.Severity,
                Confidence = f.Confidence,
                DiskBytes = f.DiskBytes,
                PullBytes = f.PullBytes,
                Layer = f.Layer,
                Instruction = f.Instruction,
                PathCount = f.PathCount,
                EvidenceJson = "[]",
                FixText = f.FixText,
                FixSnippet = f.FixSnippet,
                KnownAsJson = f.KnownAsJson,
                RemedyJson = f.RemedyJson,
                Bodies = f.BodyLayers,
                BodyLayers = f.BodyLayers,
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(FindingOf)];
    }

    /// <summary>One finding with all its paths and bodies; null when there is none of that id.</summary>
    public async Task<Finding?> FindingAsync(Guid id, string findingId, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var row = await db.Findings.AsNoTracking().Where(f => f.AnalysisId == id && f.FindingId == findingId)
            .OrderBy(f => f.Position).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return row is null ? null : FindingOf(row);
    }

    /// <summary>Null when there is no such analysis or it is not done.</summary>
    public async Task<PackageList?> PackagesAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var image = await db.Images.Where(i => i.AnalysisId == id).Select(i => new { i.PackageFilesOmitted })
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (image is null)
            return null;
        var rows = await db.Packages.AsNoTracking().Where(p => p.AnalysisId == id).OrderBy(p => p.Position)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var needs = rows.Select(r => (IReadOnlyList<int>)[.. PackageRows.Needs(r.Needs).Where(n => n < rows.Count)])
            .ToList();
        return new PackageList(
            [
                .. rows.Select((r, i) => new Package(
                    r.Ecosystem, r.Name, r.Version, r.Purl, r.FoundAt, r.Layer, r.DiskBytes, r.PullBytes, r.WastedBytes,
                    r.Files, [.. needs[i].Select(n => rows[n].Purl)], r.OnPurpose, r.Development)
                {
                    OwnedBy = r.OwnedBy is { } owner && owner < rows.Count ? rows[owner].Purl : null,
                    License = r.License,
                }),
            ],
            needs,
            image.PackageFilesOmitted);
    }

    private static Finding FindingOf(FindingRow row) => new(
        row.FindingId, row.RuleId, row.Title, (Severity)row.Severity, (Confidence)row.Confidence, row.DiskBytes,
        row.PullBytes, row.Layer, row.Instruction, row.PathCount, StoredJson.Read<Evidence>(row.EvidenceJson),
        new Fix(row.FixText, row.FixSnippet), StoredJson.Read<string>(row.KnownAsJson), PackedBodies.Unpack(row.Bodies))
    {
        Remedy = row.RemedyJson is null ? null : RemedyJson.Read(row.RemedyJson),
    };

    private static AnalysisRecord RecordOf(AnalysisRow row) => new(
        row.Id, row.Name, row.Source, row.State, row.ErrorCode, row.ErrorDetail,
        new AnalysisProgress(
            row.BytesDone, row.BytesTotal, row.LayersDone,
            row.LayersTotal)
        { Layers = PackedProgress.Unpack(row.LayerProgress) },
        row.CreatedAt, row.FinishedAt, row.Origin.Bytes,
        row.Image is not { } i
            ? null
            : new AnalysisTotals(
                i.Platform, i.PullBytes, i.PullEstimated, i.DiskBytes, i.VisibleBytes, i.DiskBytes - i.VisibleBytes,
                i.LayerCount, i.VisibleFiles),
        [],
        null)
    {
        BytesKept = row.Origin.DroppedAt is null && !(row.Origin.HadCredential && row.Origin.CredentialId is null),
    };

    private static ImageSummary SummaryOf(ImageRow image, IReadOnlyList<LayerSummary> layers) => new(
        image.ConfigDigest,
        image.Platform,
        StoredJson.Read<string>(image.TagsJson),
        image.PullBytes,
        image.PullEstimated,
        image.VisibleFiles,
        LedgerOf(image),
        layers,
        StoredJson.Read<HistoryEntry>(image.HistoryJson),
        StoredJson.ReadOne<BaseImage>(image.BaseJson))
    {
        Settings = StoredJson.ReadOne<ImageSettings>(image.SettingsJson),
    };

    private static LedgerTotals LedgerOf(ImageRow image) => new(
        image.DiskBytes, image.VisibleBytes, image.Deleted, image.Overwritten, image.MetadataOnly, image.Touched,
        image.Identical);

    private static string EscapeLike(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
