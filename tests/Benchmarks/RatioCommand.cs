using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Benchmarks;

/// <summary>
/// The analysis of each archive beside what a plain tool needs to read the same layers one after the other: the best of
/// three of each, in turn. Every analysis is a process of its own: a fresh one, which has .NET to start and everything
/// to compile, and one that has done the same before, as a service has.
/// </summary>
internal static class RatioCommand
{
    private const int Rounds = 3;

    public static async Task<int> RunAsync(string[] files)
    {
        Console.WriteLine(
            "| archive | layers | entries | MB | yardstick | its wall, s | fresh process, s | its CPU, s | its peak, "
                + "MiB | ratio | warm, s | ratio |");
        Console.WriteLine("|---|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var file in files)
        {
            var scratch = Directory.CreateTempSubdirectory("insight-ratio.");
            try
            {
                var (tool, arguments, layers) = await ExtractAsync(file, scratch.FullName);
                var (yardstick, wall, warm, cpu, peak) =
                    (double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue, 0L);
                JsonElement figures = default;
                for (var round = 0; round < Rounds; round++)
                {
                    var watch = Stopwatch.StartNew();
                    foreach (var layer in layers)
                        await OutputAsync(tool, $"{arguments} {layer}", keep: false);
                    yardstick = Math.Min(yardstick, watch.Elapsed.TotalSeconds);
                    figures = await AnalyzeAsync("", file);
                    wall = Math.Min(wall, figures.GetProperty("wallMs").GetInt64() / 1000.0);
                    warm = Math.Min(
                        warm, (await AnalyzeAsync("--warm ", file)).GetProperty("wallMs").GetInt64() / 1000.0);
                    cpu = Math.Min(cpu, figures.GetProperty("cpuMs").GetInt64() / 1000.0);
                    peak = Math.Max(peak, figures.GetProperty("peakRssBytes").GetInt64());
                }

                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Path.GetFileName(file)} | {figures.GetProperty("layers").GetInt32()} | "
                        + $"{figures.GetProperty("entries").GetInt64():N0} | {new FileInfo(file).Length / 1e6:N0} | "
                        + $"`{tool} {arguments}` | {yardstick:F2} | {wall:F2} | {cpu:F2} | {peak / 1048576.0:F0} | "
                        + $"{wall / yardstick:F2} | {warm:F2} | {warm / yardstick:F2} |"));
            }
            finally
            {
                scratch.Delete(recursive: true);
            }
        }

        return 0;
    }

    private static async Task<JsonElement> AnalyzeAsync(string option, string file) =>
        JsonDocument.Parse(
            await OutputAsync(
                "dotnet", $"exec {typeof(RatioCommand).Assembly.Location} analyze {option}{file}",
                keep: true)).RootElement;

    private static async Task<(string Tool, string Arguments, List<string> Layers)> ExtractAsync(
        string file, string scratch)
    {
        using var archive = await ImageArchive.OpenAsync(file, scratch, new AnalysisOptions(), CancellationToken.None);
        var layers = new List<string>();
        var kind = CompressionKind.None;
        foreach (var layer in archive.Images[0].Layers.DistinctBy(l => l.DiffId))
        {
            var path = Path.Combine(scratch, layers.Count.ToString(CultureInfo.InvariantCulture));
            await using var target = File.Create(path);
            using var content = archive.OpenLayer(layer, CancellationToken.None);
            var head = new byte[Magic.Length];
            kind = Magic.Detect(head.AsSpan(0, content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
            content.Position = 0;
            await content.CopyToAsync(target);
            layers.Add(path);
        }

        return kind switch
        {
            CompressionKind.Gzip => ("igzip", "-dc", layers),
            CompressionKind.Zstd => ("zstd", "-dcq", layers),
            _ => ("openssl", "dgst -sha256", layers),
        };
    }

    private static async Task<string> OutputAsync(string tool, string arguments, bool keep)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "sh", $"-c \"{tool} {arguments}{(keep ? "" : " >/dev/null")}\"")
        { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{tool} {arguments} ended with {process.ExitCode}");
    }
}
