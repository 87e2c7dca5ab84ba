using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Stores;

/// <summary>Analysed images as bases of others.</summary>
public sealed class BaseStore(Contexts contexts) : IKnownBases
{
    /// <summary>The same base is analysed again and again; one of them with a name is enough.</summary>
    private const int MaxKnown = 50;

    private const int MaxLeaner = 5;

    public async Task<IReadOnlyList<KnownBase>> BelowAsync(
        IReadOnlyList<Digest> diffIds, CancellationToken cancellationToken)
    {
        var stacks = ChainId.Compute(diffIds).Take(diffIds.Count - 1).Select(c => c.ToString()).ToList();
        if (stacks.Count == 0)
            return [];
        await using var db = contexts.CreateDbContext();
        var rows = await db.Images.AsNoTracking().Where(i => i.ChainId != null && stacks.Contains(i.ChainId))
            .OrderByDescending(i => i.LayerCount).ThenByDescending(i => i.AnalysisId).Take(MaxKnown)
            .Select(i => new { i.LayerCount, i.TagsJson, i.HistoryJson, i.BaseJson }).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. rows.Select(r => new KnownBase(
                    FirstTag(r.TagsJson), r.LayerCount, StoredJson.Read<HistoryEntry>(r.HistoryJson),
                    StoredJson.ReadOne<BaseImage>(r.BaseJson) is { Confidence: BaseConfidence.Declared } stated
                        ? stated.Name
                        : null))
                .OrderByDescending(k => k.Layers).ThenBy(k => k.Name is null),
        ];
    }

    /// <summary>
    /// Images of the same family and platform that were measured here and are smaller than this base, the smallest
    /// first.
    /// </summary>
    public async Task<IReadOnlyList<LeanerBase>> LeanerAsync(ImageSummary image, CancellationToken cancellationToken)
    {
        if (image.Base is not { Layers: > 0, Family: { } family })
            return [];
        var (platform, bytes) = (image.Platform, image.BaseLayers.Sum(l => l.DiskBytes));
        await using var db = contexts.CreateDbContext();
        var rows = await db.Analyses.AsNoTracking()
            .Where(a => a.Image != null && a.Image.Offers == family && a.Image.Platform == platform
                && a.Image.DiskBytes < bytes)
            .OrderBy(a => a.Image!.DiskBytes).ThenByDescending(a => a.Id).Take(MaxKnown)
            .Select(a => new
            {
                a.Id,
                a.Name,
                a.Image!.TagsJson,
                a.Image.ConfigDigest,
                a.Image.DiskBytes,
                a.Image.PullBytes,
                a.Image.PullEstimated
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. rows.DistinctBy(r => r.ConfigDigest).Take(MaxLeaner)
                .Select(r => new LeanerBase(
                    r.Id, FirstTag(r.TagsJson) ?? r.Name, r.DiskBytes, r.PullBytes, r.PullEstimated)),
        ];
    }

    private static string? FirstTag(string tagsJson) => StoredJson.Read<string>(tagsJson) is [var tag, ..] ? tag : null;
}

/// <summary>A base that could stand for another one, as it was measured.</summary>
/// <param name="Id">Its analysis.</param>
public sealed record LeanerBase(Guid Id, string Name, long DiskBytes, long PullBytes, bool PullEstimated);
