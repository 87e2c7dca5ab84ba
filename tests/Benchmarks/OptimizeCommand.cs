using System.Diagnostics;
using System.Text.Json;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Rewriting;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Benchmarks;

/// <summary>Writes an archive's image again without its dead bytes, for scripts/prove-optimized.sh.</summary>
internal static class OptimizeCommand
{
    /// <param name="index">Of the image in the archive; behind the last one nothing is written, and the answer is
    /// 3.</param>
    /// <param name="safe">The files of safe findings go as well; their paths are written beside the target, a line
    /// each.</param>
    public static async Task<int> RunAsync(string file, string target, int index, bool safe)
    {
        var options = new AnalysisOptions();
        using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, CancellationToken.None);
        if (index >= archive.Images.Count)
            return 3;
        var image = archive.Images[index];
        var analysis = await new ImageAnalyzer(options).AnalyzeAsync(archive, image, null, CancellationToken.None);
        var bodies = analysis.Findings.Where(f => safe && f.Confidence == Confidence.Safe).Select(f => f.Bodies)
            .ToList();
        var watch = Stopwatch.StartNew();
        await using (var written = File.Create(target))
            await new OptimizedImage(archive, image, analysis.Tree, bodies, options, CancellationToken.None).WriteAsync(
                written, CancellationToken.None);
        watch.Stop();
        var gone = OptimizedImage.VisiblePaths(analysis.Tree, bodies);
        await File.WriteAllLinesAsync(target + ".gone", gone);
        var ledger = analysis.Tree.Ledger;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            platform = image.Platform?.ToString(),
            layers = analysis.Facts.Layers.Count,
            diskBytes = ledger.DiskBytes,
            wastedBytes = ledger.WastedBytes,
            tickedBytes = OptimizedImage.VisibleBytes(analysis.Tree, bodies),
            tickedPaths = gone.Count,
            archiveBytes = new FileInfo(target).Length,
            writeMs = watch.ElapsedMilliseconds,
            peakRssBytes = AnalyzeCommand.PeakRss(),
        }));
        return 0;
    }
}
