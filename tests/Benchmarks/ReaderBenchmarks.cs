using System.Formats.Tar;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Benchmarks;

/// <summary>
/// The tar reader with all that is kept of a layer, and the merge, on entries without bodies. `-- bench`.
/// </summary>
[MemoryDiagnoser]
public class ReaderBenchmarks
{
    private readonly AnalysisOptions options = new();
    private byte[] tar = [];
    private List<ImageLayer> stack = [];

    [Params(10_000, 100_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Write()
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
            for (var i = 0; i < Entries; i++)
                writer.WriteEntry(new UstarTarEntry(
                    TarEntryType.RegularFile,
                    string.Create(CultureInfo.InvariantCulture, $"srv/app/package-{i / 100}/module-{i}.js")));
        tar = stream.ToArray();
        var (layer, blob) = ReadLayer();
        stack = [new ImageLayer(0, layer, blob, null), new ImageLayer(1, layer, blob, null)];
    }

    [Benchmark]
    public int List()
    {
        var count = 0;
        LayerListing.Read(new MemoryStream(tar), options, _ => count++);
        return count;
    }

    [Benchmark]
    public long Read() => ReadLayer().Layer.RecordCount;

    /// <summary>The layer over itself: every entry is found again and replaced.</summary>
    [Benchmark]
    public long Merge() => FileTree.Merge(stack, CancellationToken.None).VisibleFiles;

    private (Layer Layer, LayerBlob Blob) ReadLayer() =>
        new LayerReader(options, new ReadBudget(options, CancellationToken.None), ImageAnalyzer.Wanted)
            .Read(new MemoryStream(tar), null, onBytes: null, CancellationToken.None);
}
