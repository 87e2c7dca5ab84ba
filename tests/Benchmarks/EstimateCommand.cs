using System.Diagnostics;
using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Benchmarks;

/// <summary>
/// How far the estimate of pull bytes is from what <c>gzip -6</c> makes of the same layers, as a Markdown table.
/// </summary>
internal static class EstimateCommand
{
    public static async Task<int> RunAsync(string[] files)
    {
        Console.WriteLine(
            "| image | layers | uncompressed, bytes | `gzip -6`, bytes | estimate, bytes | off by | CPU of the "
                + "estimate, ms |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        var measured = new Dictionary<string, (long Size, long Gzip, long Estimate, double Milliseconds)>();
        foreach (var file in files)
        {
            using var archive = await ImageArchive.OpenAsync(
                file, Path.GetTempPath(), new AnalysisOptions(), CancellationToken.None);
            var layers = archive.Images[0].Layers;
            foreach (var layer in layers)
                if (!measured.ContainsKey(layer.DiffId.Hex))
                    using (var content = archive.OpenLayer(layer, CancellationToken.None))
                        measured[layer.DiffId.Hex] = await MeasureAsync(content);
            var all = layers.Select(l => measured[l.DiffId.Hex]).ToList();
            var (gzip, estimate) = (all.Sum(m => m.Gzip), all.Sum(m => m.Estimate));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {Path.GetFileName(file)} | {layers.Count} | {all.Sum(m => m.Size):N0} | {gzip:N0} | {estimate:N0} "
                    + $"| {((double)estimate / gzip) - 1:+0.0 %;-0.0 %} | {all.Sum(m => m.Milliseconds):N0} |"));
        }

        return 0;
    }

    private static async Task<(long Size, long Gzip, long Estimate, double Milliseconds)> MeasureAsync(Stream layer)
    {
        using var gzip = Process.Start(new ProcessStartInfo(
            "gzip", "-6 -c")
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var counting = CountAsync(gzip.StandardOutput.BaseStream);
        using var estimator = new PullEstimator();
        var buffer = new byte[Block.Size];
        var estimating = TimeSpan.Zero;
        int read;
        while ((read = layer.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0)
        {
            var start = Stopwatch.GetTimestamp();
            estimator.Add(buffer.AsSpan(0, read));
            estimating += Stopwatch.GetElapsedTime(start);
            await gzip.StandardInput.BaseStream.WriteAsync(buffer.AsMemory(0, read));
        }

        gzip.StandardInput.Close();
        return (layer.Length, await counting, Math.Min(estimator.Position, layer.Length), estimating.TotalMilliseconds);
    }

    private static async Task<long> CountAsync(Stream stream)
    {
        var buffer = new byte[1 << 16];
        long count = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
            count += read;
        return count;
    }
}
