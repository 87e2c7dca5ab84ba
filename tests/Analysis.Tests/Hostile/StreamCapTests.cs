using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Tests.Layers;

namespace ImageInsight.Analysis.Tests.Hostile;

/// <summary>Many streams one after the other, each with a decoder of megabytes and next to nothing in it.</summary>
[Collection(nameof(CapTests))]
public sealed class StreamCapTests
{
    private const int Streams = 300_000;

    [Theory]
    [InlineData("bzip2", "-9c")]
    [InlineData("xz", "-9c")]
    public async Task Three_hundred_thousand_empty_streams_are_legal(string tool, string arguments)
    {
        var empty = CompressionTests.Pipe(tool, arguments, []);
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", 10));
        var result = await CapTests.CountedAsync(
            image.DockerArchive(tar => [
                .. CapTests.Repeat(empty, Streams), .. CompressionTests.Pipe(tool, arguments, tar)
            ]),
            new AnalysisOptions());
        Assert.Equal(10, result.Tree.Ledger.VisibleBytes);
    }

    [Theory]
    [InlineData("bzip2", "-9c")]
    [InlineData("xz", "-9c")]
    public async Task Three_hundred_thousand_streams_of_a_byte_each_cost_too_much(string tool, string arguments)
    {
        var failure = await Assert.ThrowsAsync<ImageException>(
            () => Images.AnalyzeAsync(new ArchiveBuilder().WithRawLayer([]).DockerArchive(
                _ => CapTests.Repeat(CompressionTests.Pipe(tool, arguments, [0]), Streams))));
        Assert.Equal(ImageErrors.LimitExceeded, failure.Code);
        Assert.Equal(nameof(AnalysisOptions.MaxWork), failure.Option);
    }

    [Theory]
    [InlineData("gzip", "-c")]
    [InlineData("bzip2", "-c")]
    [InlineData("xz", "-c")]
    [InlineData("zstd", "-cq")]
    public void A_stop_is_obeyed_before_a_byte_comes_out(string tool, string arguments)
    {
        // Told to stop after the head was read; what follows gives nothing out.
        using var stop = new CancellationTokenSource();
        var blob = CapTests.Repeat(CompressionTests.Pipe(tool, arguments, []), Streams);
        using var bytes = new LayerBytes(
            new MemoryStream(blob), new AnalysisOptions(), new ReadBudget(new AnalysisOptions(), stop.Token),
            onBytes: null);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => bytes.Fill(new Block()));
    }
}
