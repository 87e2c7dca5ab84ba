using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Benchmarks;

/// <summary>
/// Times the library alone on one archive: in a fresh process, or in one that has analysed it before, as a service has.
/// </summary>
internal static class AnalyzeCommand
{
    public static async Task<int> RunAsync(string file, bool native, bool warm)
    {
        var options = new AnalysisOptions { NativeInflate = native };
        try
        {
            if (warm)
                await AnalyzeAsync(file, options);
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            var result = await AnalyzeAsync(file, options);
            watch.Stop();
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                file,
                wallMs = watch.ElapsedMilliseconds,
                cpuMs = (long)(Process.GetCurrentProcess().TotalProcessorTime - (warm ? before
                    : default)).TotalMilliseconds,
                peakRssBytes = PeakRss(),
                entries = result.Facts.Layers.Sum(l => (long)l.Layer.RecordCount),
                layers = result.Facts.Layers.Count,
                wastedBytes = result.Tree.Ledger.WastedBytes,
                visibleBytes = result.Tree.Ledger.VisibleBytes,
                visibleFiles = result.Tree.VisibleFiles,
            }));
            return 0;
        }
        catch (ImageException e)
        {
            Console.Error.WriteLine($"{e.Code}: {e.Message}");
            return 1;
        }
    }

    private static async Task<ImageAnalysis> AnalyzeAsync(string file, AnalysisOptions options)
    {
        using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, CancellationToken.None);
        var image = archive.Images.FirstOrDefault(i => i.Platform is { } p && References(p)) ?? archive.Images[0];
        return await new ImageAnalyzer(options).AnalyzeAsync(archive, image, null, CancellationToken.None);
    }

    private static bool References(Analysis.References.Platform platform) =>
        Analysis.References.Platform.Own.Runs(platform);

    public static long PeakRss()
    {
        // Process.PeakWorkingSet64 is not kept by Linux for .NET; the kernel's own high-water mark is.
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line["VmHWM:".Length..^2].Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
