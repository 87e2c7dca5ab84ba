using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web.Api;

/// <summary>What was found out about an image. Says so when there is no such analysis, or it is not done.</summary>
internal sealed class DoneAnalyses(AnalysisStore store, TreeCache trees)
{
    public static readonly ProblemKind[] Problems =
        [ProblemKinds.AnalysisNotFound, ProblemKinds.NotDone, ProblemKinds.StoredLayerDamaged];

    public static ProblemException NotFound() =>
        ProblemKinds.AnalysisNotFound.Because("There is no such analysis. It may have been deleted.");

    public async Task<DoneAnalysis> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { Summary: { } summary } record
            ? new DoneAnalysis(record, summary)
            : throw await NotDoneAsync(id, cancellationToken);

    /// <summary>What a part of the image is cut by; the whole image needs no base.</summary>
    public async Task<BaseImage> BaseForAsync(ImagePart of, Guid id, CancellationToken cancellationToken) =>
        of == ImagePart.All ? BaseImage.Unknown : (await FindAsync(id, cancellationToken)).Summary.Base;

    public async Task<FileTree> TreeAsync(Guid id, CancellationToken cancellationToken) =>
        await trees.GetAsync(id, cancellationToken) ?? throw await NotDoneAsync(id, cancellationToken);

    public async Task<IReadOnlyList<Finding>> FindingsAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindingsAsync(id, cancellationToken) ?? throw await NotDoneAsync(id, cancellationToken);

    /// <summary>With its bodies.</summary>
    public async Task<Finding> FindingAsync(Guid id, string finding, CancellationToken cancellationToken)
    {
        if (await store.FindingAsync(id, finding, cancellationToken) is { } found)
            return found;
        await FindAsync(id, cancellationToken);
        throw ProblemKinds.NoSuchFinding.Because("The analysis has no finding of that id.");
    }

    public async Task<PackageList> PackagesAsync(Guid id, CancellationToken cancellationToken) =>
        await store.PackagesAsync(id, cancellationToken) ?? throw await NotDoneAsync(id, cancellationToken);

    /// <summary>Where its bytes came from, and which image of them it is.</summary>
    public async Task<(ImageOrigin Origin, string? ImageKey)> OriginAsync(
        Guid id, CancellationToken cancellationToken) =>
        await store.FindOriginAsync(id, cancellationToken) ?? throw await NotDoneAsync(id, cancellationToken);

    private async Task<ProblemException> NotDoneAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } record
            ? ProblemKinds.NotDone.Because(
                record.State == AnalysisState.Failed ? "The analysis failed; there is nothing to show."
                    : $"The analysis is {record.State.ToString().ToLowerInvariant()}; there is nothing to show yet.")
            : NotFound();
}

internal sealed record DoneAnalysis(AnalysisRecord Record, ImageSummary Summary);
