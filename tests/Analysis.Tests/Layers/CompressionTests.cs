using System.Diagnostics;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Tests.Fixtures;

namespace ImageInsight.Analysis.Tests.Layers;

/// <summary>Layers and archives in every compression, written by the tools themselves.</summary>
public sealed class CompressionTests
{
    private static ReadBudget Unbounded => new(new AnalysisOptions(), CancellationToken.None);

    private static ArchiveBuilder Image => new ArchiveBuilder()
        .WithLayer(l => l.File("a", Noise(300_000)).Directory("d").File("d/b", 200_000))
        .WithLayer(l => l.Whiteout("d/b"));

    public static TheoryData<string, string> Tools => new()
    {
        { "gzip", "-c" },
        { "gzip", "-1c" },
        { "bzip2", "-c" },
        { "zstd", "-cq" },
        { "zstd", "-cq --long=27" },
        { "xz", "-c" },
        { "xz", "-c --check=none" },
        { "xz", "-c --check=crc32" },
        { "xz", "-c --check=sha256" },
        { "xz", "-c --block-size=65536" },
        { "xz", "-c --x86 --lzma2" },
    };

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_layer_is_read_whatever_compressed_it(string tool, string arguments)
    {
        var result = await Images.AnalyzeAsync(Image.DockerArchive(tar => Pipe(tool, arguments, tar)));
        Assert.Equal(300_000, result.Tree.Ledger.VisibleBytes);
        Assert.Equal(200_000, result.Tree.Ledger.Deleted);
        // The header, the records and the trailer make the blob: nothing is lost.
        Assert.All(result.Facts.Layers, l => Assert.Equal(l.Blob.Size, l.Blob.Shares.Sum() + l.Blob.Tail));
        Assert.All(result.Facts.Layers, l => Assert.False(l.Blob.PullEstimated));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task An_archive_may_be_compressed_as_a_whole(string tool, string arguments) =>
        Assert.Equal(300_000,
            (await Images.AnalyzeAsync(Pipe(tool, arguments, Image.DockerArchive()))).Tree.Ledger.VisibleBytes);

    [Theory]
    [InlineData("gzip", "-c")]
    [InlineData("bzip2", "-c")]
    [InlineData("zstd", "-cq")]
    [InlineData("xz", "-c")]
    public void Streams_one_after_the_other_are_one_layer(string tool, string arguments)
    {
        var tar = new LayerBuilder().File("a", Noise(100_000)).File("b", 5).ToArray();
        byte[] blob = [.. Pipe(tool, arguments, tar[..50_000]), .. Pipe(tool, arguments, tar[50_000..])];
        Assert.Equal(["a", "b"], Names(blob));
    }

    [Fact]
    public void Zstd_frames_to_be_skipped_are_skipped_wherever_they_stand()
    {
        // zstd:chunked keeps its table of contents in one.
        byte[] skippable = [0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5];
        var frame = Pipe("zstd", "-cq", new LayerBuilder().File("a", 10).ToArray());
        Assert.Equal(["a"], Names([.. skippable, .. frame, .. skippable]));
    }

    [Fact]
    public void Zeros_may_stand_between_xz_streams()
    {
        var tar = new LayerBuilder().File("a", 10).File("b", 5).ToArray();
        Assert.Equal(["a", "b"],
            Names([.. Pipe("xz", "-c", tar[..1000]), 0, 0, 0, 0, .. Pipe("xz", "-c", tar[1000..]), 0, 0, 0, 0]));
    }

    [Theory]
    [InlineData("gzip", "-c")]
    [InlineData("bzip2", "-c")]
    [InlineData("zstd", "-cq")]
    [InlineData("xz", "-c")]
    public void A_stream_that_is_cut_or_changed_is_damaged_and_says_where(string tool, string arguments)
    {
        var blob = Pipe(tool, arguments, new LayerBuilder().File("a", Noise(100_000)).ToArray());
        // .NET's gzip takes any end for the end, so there the tar is what misses something, or else the diffID tells.
        int[] cuts = tool == "gzip" ? [blob.Length / 2, blob.Length - 3000] : [blob.Length / 2, blob.Length - 3, 20];
        foreach (var cut in cuts)
            Assert.Matches("at its byte|offset", Assert.Throws<ImageException>(() => Names(blob[..cut])).Message);
        blob[blob.Length / 2] ^= 0x55;
        blob[(blob.Length / 2) + 1] ^= 0x55;
        // Where the tool's check comes late or is missing, the diffID of the layer tells.
        var changed = Record.Exception(() => Names(blob));
        Assert.True(changed is null or ImageException, changed?.ToString());
    }

    [Fact]
    public void An_xz_dictionary_beyond_the_cap_is_refused()
    {
        var blob = Pipe("xz", "-c", new LayerBuilder().File("a", 10).ToArray());
        // Behind the header of the stream: size, flags, filter 0x21, one byte of properties, the dictionary.
        Assert.Equal(0x21, blob[14]);
        blob[16] = 40;
        Assert.Equal(nameof(AnalysisOptions.MaxWindowBytes), Assert.Throws<ImageException>(() => Names(blob)).Option);
    }

    [Fact]
    public void An_xz_filter_that_is_not_read_is_named()
    {
        var blob = Pipe("xz", "-c --delta=dist=4 --lzma2", new LayerBuilder().File("a", 3000).ToArray());
        var failure = Assert.Throws<ImageException>(() => Names(blob));
        Assert.Equal(ImageErrors.Unsupported, failure.Code);
        Assert.Contains("filter 3", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], Names(Pipe("xz", "-c --x86 --lzma2", new LayerBuilder().File("a", 3000).ToArray())));
    }

    [Theory]
    [InlineData(new byte[] { 0x50, 0x4b, 3, 4, 20, 0 }, "zip")]
    [InlineData(new byte[] { 0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c }, "7z")]
    [InlineData(new byte[] { 0x4c, 0x5a, 0x49, 0x50, 1, 12 }, "lzip")]
    [InlineData(new byte[] { 0x04, 0x22, 0x4d, 0x18, 0x64, 0x40 }, "lz4")]
    [InlineData(new byte[] { 0x5d, 0, 0, 0x80, 0, 0xff }, "lzma")]
    public void What_no_tar_begins_with_is_named(byte[] head, string name)
    {
        var failure = Assert.Throws<ImageException>(() => Names([.. head, .. Noise(2000)]));
        Assert.Equal(ImageErrors.Unsupported, failure.Code);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.Equal(["]"], Names(new LayerBuilder().File("]", 3).ToArray()));
    }

    [Theory]
    [InlineData("gzip", "-c")]
    [InlineData("zstd", "-c")]
    public void Whose_bytes_stop_coming_says_so_and_who_stops_reading_need_not_wait(string tool, string arguments)
    {
        var blob = Pipe(tool, arguments, new LayerBuilder().File("noise", Noise(4 << 20)).ToArray());

        using var broken = new BrokenStream(blob, after: 1 << 20);
        var failure = Assert.Throws<IOException>(() => LayerListing.Read(broken, new AnalysisOptions(), _ => { }));
        Assert.Equal("the line is dead", failure.Message);

        using var bytes = new LayerBytes(
            new MemoryStream(blob), new AnalysisOptions(), Unbounded, onBytes: null);
        for (var block = new Block(); bytes.PullPosition < 1 << 20; block = new Block())
            Assert.True(bytes.Fill(block));
    }

    [Theory]
    [InlineData("Hello.uncompressed", "None")]
    [InlineData("Hello.gz", "Gzip")]
    [InlineData("Hello.bz2", "Bzip2")]
    [InlineData("Hello.xz", "Xz")]
    [InlineData("Hello.std", "Zstd")]
    public void What_other_projects_compressed_unpacks_to_the_same(string name, string kind)
    {
        Assert.SkipWhen(FixtureFolder.Path is null, FixtureFolder.Missing);
        using var file = File.OpenRead(FixtureFolder.File("compress/containers_image/" + name));
        using var bytes = new LayerBytes(file, new AnalysisOptions(), Unbounded, onBytes: null);
        var block = new Block();
        Assert.True(bytes.Fill(block));
        Assert.Equal(kind, bytes.Kind.ToString());
        Assert.Equal("Hello", System.Text.Encoding.ASCII.GetString(block.Buffer, 0, block.Length));
    }

    private static List<string> Names(byte[] blob)
    {
        var names = new List<string>();
        LayerListing.Read(new MemoryStream(blob), new AnalysisOptions(), e => names.Add(PathText.FromName(e.Name)));
        return names;
    }

    private sealed class BrokenStream(byte[] bytes, int after) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            Position < after ? base.Read(buffer, offset, count) : throw new IOException("the line is dead");
    }

    private static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(7).NextBytes(noise);
        return noise;
    }

    internal static byte[] Pipe(string tool, string arguments, byte[] input)
    {
        using var process = Process.Start(new ProcessStartInfo(
            tool, arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var writing = new Thread(() =>
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        });
        writing.Start();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        writing.Join();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
