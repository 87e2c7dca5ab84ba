using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Layers;

/// <summary>The records of one layer as its tar states them, for tools that compare readers.</summary>
internal static class LayerListing
{
    public static void Read(Stream blob, AnalysisOptions options, Action<TarEntry> onEntry)
    {
        using var bytes = new LayerBytes(
            blob, options, new ReadBudget(options, CancellationToken.None), onBytes: null);
        using var pipe = new BlockPipe(bytes.Fill, CancellationToken.None);
        var input = new BlockInput(pipe, hash: null, new PullMeter());
        var reader = new TarReader(input, options);
        while (reader.MoveNext())
            onEntry(reader.Entry);
        input.Drain();
    }
}
