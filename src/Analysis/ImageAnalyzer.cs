using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Analysis;

/// <summary>From an image to what is in it: layers, file tree, ledger, findings.</summary>
public sealed class ImageAnalyzer(AnalysisOptions options)
{
    /// <param name="progress">Called from any thread, a few times a second at most.</param>
    public Task<ImageAnalysis> AnalyzeAsync(
        ImageArchive archive, ArchiveImage image, IProgress<AnalysisProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException(options.ToString());
}
