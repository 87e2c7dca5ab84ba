using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Tests.Layers;

public sealed class PullBytesTests
{
    public static TheoryData<string> Compressions => ["gzip", "gzip-members", "zstd"];

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Shares_and_tail_add_up_to_the_compressed_layer(string compression)
    {
        var random = new Random(5);
        var noise = new byte[400_000];
        random.NextBytes(noise);
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("noise", noise).File("zeros", 400_000, '0').File("small", 10));
        var archive = ArchiveBuilder.OciLayout(
            b => Compress(compression, b), "application/vnd.oci.image.layer.v1.tar+" + compression.Split('-')[0],
            image);
        var result = await Images.AnalyzeAsync(archive);
        var blob = result.Facts.Layers[0].Blob;
        Assert.False(blob.PullEstimated);
        Assert.Equal(blob.Size, blob.PullBytes);
        Assert.Equal(blob.PullBytes, blob.Shares.Sum() + blob.Tail);
        Assert.True(blob.Tail >= 0);
        // What does not compress costs what it has; what does costs next to nothing.
        var view = FileView.Final(result.Tree);
        Assert.InRange(Pull(view, "/noise"), 390_000, 420_000);
        Assert.InRange(Pull(view, "/zeros"), 0, 20_000);
    }

    [Fact]
    public async Task An_uncompressed_layer_gets_an_estimate_and_says_so()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l.File("zeros", 3_000_000, '0')));
        var blob = result.Facts.Layers[0].Blob;
        Assert.True(blob.PullEstimated);
        Assert.InRange(blob.PullBytes, 20, 100_000);
        Assert.Equal(blob.PullBytes, blob.Shares.Sum() + blob.Tail);
    }

    [Fact]
    public async Task Headers_longer_than_a_block_are_charged_to_their_record()
    {
        // The attribute's first half deflates to nothing, its second to itself: going straight back from there ends
        // below zero.
        var noise = new byte[300_000];
        new Random(7).NextBytes(noise);
        var attribute = new string('a', 300_000) + Convert.ToBase64String(noise);
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("first", 10).File("long", 10, pax: ("SCHILY.xattr.user.a", attribute))
                .File("last", 10));
        var result = await Images.AnalyzeAsync(image.DockerArchive(ArchiveBuilder.Gzip));
        Assert.All(result.Facts.Layers[0].Blob.Shares, share => Assert.InRange(share, 0, long.MaxValue));
        Assert.InRange(Pull(FileView.Final(result.Tree), "/long"), 290_000, 320_000);
    }

    private static long Pull(FileView view, string path)
    {
        Assert.True(view.TryFind(path, out var node));
        return view.Sizes(node).PullBytes;
    }

    private static byte[] Compress(string compression, byte[] bytes)
    {
        if (compression == "gzip")
            return ArchiveBuilder.Gzip(bytes);
        if (compression == "gzip-members")
            return [.. ArchiveBuilder.Gzip(bytes[..1000]), .. ArchiveBuilder.Gzip([]), .. ArchiveBuilder.Gzip(
                bytes[1000..])];
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(bytes).ToArray();
    }
}
