using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Rewriting;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Benchmarks;

/// <summary>Writes an archive's image again without its dead bytes, for scripts/prove-optimized.sh.</summary>
internal static class OptimizeCommand
{
    public static async Task<int> RunAsync(string file, string target)
    {
        var options = new AnalysisOptions();
        using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, CancellationToken.None);
        var analysis = await new ImageAnalyzer(options).AnalyzeAsync(archive, archive.Images[0], null, CancellationToken.None);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using (var written = File.Create(target))
            await new OptimizedImage(archive, archive.Images[0], analysis.Tree, [], options, CancellationToken.None).WriteAsync(written, CancellationToken.None);
        var ledger = analysis.Tree.Ledger;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{ledger.DiskBytes / 1e6:0.00} MB on disk, {ledger.WastedBytes / 1e6:0.00} MB dead, written in {watch.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }
}
