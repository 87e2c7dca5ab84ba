using System.Globalization;
using System.IO.Compression;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Benchmarks;

/// <summary>
/// Each file's share of its compressed layer against what gzip makes of that file alone, as a Markdown table by size of
/// the file.
/// </summary>
internal static class SplitCommand
{
    private static readonly (long Below, string Name)[] Classes =
        [(4 << 10, "below 4 KiB"), (64 << 10, "4 to 64 KiB"), (1 << 20, "64 KiB to 1 MiB"),
            (long.MaxValue, "1 MiB and more")];

    public static async Task<int> RunAsync(string file)
    {
        var options = new AnalysisOptions();
        using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, CancellationToken.None);
        var found = Classes.Select(_ => new List<(long Share, long Alone)>()).ToArray();
        foreach (var layer in archive.Images[0].Layers.DistinctBy(l => l.DiffId))
        {
            using var content = archive.OpenLayer(layer, CancellationToken.None);
            var (_, blob) = new LayerReader(
                options, new ReadBudget(options, CancellationToken.None), ImageAnalyzer.Wanted)
                .Read(content, layer.MediaType, onBytes: null, CancellationToken.None);
            content.Position = 0;
            Collect(content, options, blob, found);
        }

        Console.WriteLine(
            "| files | count | their shares, bytes | each gzipped alone, bytes | shares against alone | half of the "
                + "files are within |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|");
        for (var i = 0; i < Classes.Length; i++)
        {
            if (found[i].Count == 0)
                continue;
            var (shares, alone) = (found[i].Sum(f => f.Share), found[i].Sum(f => f.Alone));
            var off = found[i].Select(f => Math.Abs(((double)f.Share / f.Alone) - 1)).Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {Classes[i].Name} | {found[i].Count:N0} | {shares:N0} | {alone:N0} | "
                    + $"{((double)shares / alone) - 1:+0 %;-0 %} | {off[off.Count / 2]:0 %} |"));
        }

        return 0;
    }

    private static void Collect(
        Stream content, AnalysisOptions options, LayerBlob blob, List<(long Share, long Alone)>[] found)
    {
        using var bytes = new LayerBytes(
            content, options, new ReadBudget(options, CancellationToken.None), onBytes: null);
        using var pipe = new BlockPipe(bytes.Fill, CancellationToken.None);
        var reader = new TarReader(new BlockInput(pipe, hash: null, new PullMeter()), options);
        var entries = new EntryList();
        var paths = new PathBuilder(entries, options, new ReadBudget(options, CancellationToken.None));
        while (reader.MoveNext())
        {
            // As the layer reader does, so that the ordinals are the same.
            var parent = paths.Parent(reader.Entry.Name, out var name);
            var ordinal = paths.Add(new LayerEntry { Parent = parent, Kind = reader.Entry.Kind }, name, default);
            if (reader.Entry.Kind != EntryKind.File || reader.Entry.Size == 0)
                continue;
            var size = reader.Entry.Size;
            using var alone = new MemoryStream();
            using (var gzip = new GZipStream(alone, CompressionLevel.Optimal, leaveOpen: true))
                while (reader.ReadBody() is { Length: > 0 } piece)
                    gzip.Write(piece);
            found[Array.FindIndex(Classes, c => size < c.Below)].Add((blob.Shares[ordinal], alone.Length));
        }
    }
}
