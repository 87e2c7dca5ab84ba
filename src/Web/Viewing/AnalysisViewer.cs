using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Viewing;

/// <summary>
/// The one door through which pages read an analysis. What it lets through depends on the grant, and a share is checked
/// again at every call: a circuit may live longer than its link.
/// </summary>
public sealed class AnalysisViewer(AnalysisStore analyses, BaseStore bases, ShareStore shares, TreeCache trees)
{
    public async Task<AnalysisRecord?> FindAsync(ViewGrant grant, CancellationToken cancellationToken)
    {
        if (!await IsOpenAsync(grant, cancellationToken))
            return null;
        var record = await analyses.FindAsync(grant.AnalysisId, cancellationToken);
        return grant.ShareId is null ? record : record is null ? null : record with { Siblings = [] };
    }

    public async Task<FileTree?> TreeAsync(ViewGrant grant, CancellationToken cancellationToken) =>
        await IsOpenAsync(grant, cancellationToken) ? await trees.GetAsync(grant.AnalysisId, cancellationToken) : null;

    public async Task<IReadOnlyList<Finding>?> FindingsAsync(ViewGrant grant, CancellationToken cancellationToken) =>
        await IsOpenAsync(grant, cancellationToken)
            ? await analyses.FindingsAsync(grant.AnalysisId, cancellationToken)
            : null;

    /// <summary>None for a guest: they are other images of this service.</summary>
    public async Task<IReadOnlyList<LeanerBase>> LeanerBasesAsync(
        ViewGrant grant, ImageSummary image, CancellationToken cancellationToken) =>
        grant.ShareId is null ? await bases.LeanerAsync(image, cancellationToken) : [];

    public async Task<PackageList?> PackagesAsync(ViewGrant grant, CancellationToken cancellationToken) =>
        await IsOpenAsync(grant, cancellationToken)
            ? await analyses.PackagesAsync(grant.AnalysisId, cancellationToken)
            : null;

    private async Task<bool> IsOpenAsync(ViewGrant grant, CancellationToken cancellationToken) =>
        grant.ShareId is not { } share || await shares.IsOpenAsync(share, cancellationToken);
}

/// <summary>What somebody may look at: one analysis, signed in or by a share.</summary>
public sealed record ViewGrant(Guid AnalysisId, Guid? ShareId = null);
