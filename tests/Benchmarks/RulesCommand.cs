using System.Diagnostics;
using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Tests;

namespace ImageInsight.Benchmarks;

/// <summary>
/// What all finding rules and the package catalogues cost beside the rest of an analysis; each pass starts with a new
/// context.
/// </summary>
internal static class RulesCommand
{
    private const int Passes = 5;

    public static async Task<int> RunAsync(string file)
    {
        var options = new AnalysisOptions();
        using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, CancellationToken.None);
        for (var i = 0; i < Passes; i++)
        {
            var watch = Stopwatch.StartNew();
            var result = await new ImageAnalyzer(options).AnalyzeAsync(
                archive, archive.Images[0], null, CancellationToken.None);
            var all = watch.Elapsed.TotalMilliseconds;
            watch.Restart();
            var work = Budgets.Default;
            var findings = FindingRules.Apply(result.Facts, result.Tree, result.Packages, work);
            var rules = watch.Elapsed.TotalMilliseconds;
            var steps = work.Steps;
            watch.Restart();
            var packages = PackageReader.Read(result.Tree, work);
            var catalogues = watch.Elapsed.TotalMilliseconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"analysis {all:0} ms, of it the rules {rules:0} ms ({100 * rules / all:0.0} %), {findings.Count} "
                    + $"findings, {steps} steps, the catalogues {catalogues:0} ms, {packages.All.Count} packages"));
        }

        return 0;
    }
}
