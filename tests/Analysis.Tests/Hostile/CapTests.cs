using System.Globalization;
using System.Text;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Analysis.Tests.Hostile;

/// <summary>
/// Archives made to cost more than they are: each ends with an error that names the cap and how to raise it. What an
/// analysis allocates is counted, so these run alone; the whole must stay below 512 MiB.
/// </summary>
[CollectionDefinition(nameof(CapTests), DisableParallelization = true)]
[Collection(nameof(CapTests))]
public sealed class CapTests
{
    private const long Most = 512L << 20;

    [Fact]
    public Task A_gzip_bomb()
    {
        // Members may be put one after the other: each holds 64 MiB of a body that is all zeros.
        var head = new LayerBuilder().Record(
            "zeros"u8.ToArray(), '0', [], statedSize: 6L << 30).ToArray(endBlocks: false);
        var zeros = ArchiveBuilder.Gzip(new byte[64 << 20]);
        return AssertRefusedAsync(
            [.. ArchiveBuilder.Gzip(head), .. Repeat(zeros, 32)], nameof(AnalysisOptions.MaxRatio));
    }

    [Fact]
    public Task A_zstd_bomb()
    {
        // Blocks of one repeated byte (RFC 8878, 3.1.1.2.2): 128 KiB from 4 bytes.
        byte[] frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, (17 - 10) << 3];
        const int size = 128 << 10;
        byte[] block = [0b010 | ((size << 3) & 0xff), (size >> 5) & 0xff, size >> 13, 0];
        var head = new LayerBuilder().Record(
            "zeros"u8.ToArray(), '0', [], statedSize: 6L << 30).ToArray(endBlocks: false);
        return AssertRefusedAsync(
            [.. Zstd(head), .. frame, .. Repeat(block, 20_000)], nameof(AnalysisOptions.MaxRatio));
    }

    [Fact]
    public Task Many_small_bombs_share_one_allowance()
    {
        var image = new ArchiveBuilder();
        for (var i = 0; i < 40; i++)
            image.WithLayer(l => l.File("zeros", 1 << 20, (char)('a' + i)));
        return AssertRefusedAsync(
            image.DockerArchive(Zstd), nameof(AnalysisOptions.MaxRatio),
            new AnalysisOptions { RatioFreeBytes = 10 << 20 }, whole: true);
    }

    [Theory]
    [InlineData(28)]
    [InlineData(41)]
    public Task A_zstd_frame_that_asks_for_a_huge_window(int log) =>
        AssertRefusedAsync(
            [0x28, 0xb5, 0x2f, 0xfd, 0x00, (byte)((log - 10) << 3), 0b001, 0, 0],
            nameof(AnalysisOptions.MaxWindowBytes));

    [Fact]
    public async Task Two_hundred_thousand_empty_gzip_members_are_legal()
    {
        // CVE-2022-30631: a reader that calls itself for each member runs out of stack.
        byte[] empty = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", 10));
        var result = await Images.AnalyzeAsync(
            image.DockerArchive(tar => [.. Repeat(empty, 200_000), .. ArchiveBuilder.Gzip(tar)]));
        Assert.Equal(10, result.Tree.Ledger.VisibleBytes);
    }

    [Fact]
    public Task A_tar_with_five_million_entries()
    {
        var thousand = new LayerBuilder();
        for (var i = 0; i < 1000; i++)
            thousand.File(string.Create(CultureInfo.InvariantCulture, $"srv/app/{i}.js"), 0);
        return AssertRefusedAsync(
            Repeat(ArchiveBuilder.Gzip(thousand.ToArray(endBlocks: false)), 5000),
            nameof(AnalysisOptions.MaxEntries),
            new AnalysisOptions { MaxRatio = int.MaxValue });
    }

    [Fact]
    public Task Names_without_end()
    {
        var layer = new LayerBuilder();
        for (var i = 0; i < 500; i++)
            layer.File(new string('n', 250) + i.ToString(CultureInfo.InvariantCulture), 0);
        return AssertRefusedAsync(
            layer.ToArray(), nameof(AnalysisOptions.MaxNameBytes), new AnalysisOptions { MaxNameBytes = 100_000 });
    }

    [Fact]
    public Task A_path_of_a_hundred_thousand_directories() => AssertRefusedAsync(
        new LayerBuilder().File(
            "x", Encoding.ASCII.GetBytes("x"),
            pax: ("path", string.Concat(Enumerable.Repeat("a/", 100_000)) + "x")).ToArray(),
        nameof(AnalysisOptions.MaxPathBytes));

    [Fact]
    public Task A_path_that_is_short_and_deep() => AssertRefusedAsync(
        new LayerBuilder().File(string.Concat(Enumerable.Repeat("a/", 1024)) + "x", 1).ToArray(),
        nameof(AnalysisOptions.MaxPathDepth));

    [Fact]
    public Task Records_a_thousand_directories_deep()
    {
        var layer = new LayerBuilder();
        for (var i = 0; i < 400; i++)
            layer.File($"{i}/" + string.Concat(Enumerable.Repeat("a/", 1000)) + "x", 0);
        return AssertRefusedAsync(layer.ToArray(), nameof(AnalysisOptions.MaxImpliedDirectories));
    }

    [Fact]
    public Task Dangling_links_that_lead_to_directories_without_end()
    {
        // 3,000 links of 2,000 bytes, each to 1,000 directories of its own: three million from 8 MB.
        var layer = new LayerBuilder();
        for (var i = 0; i < 3000; i++)
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            layer.Symlink(name, name + "d/" + string.Concat(Enumerable.Repeat("a/", 1000)));
        }

        for (var i = 0; i < 3000; i++)
            layer.File(i.ToString(CultureInfo.InvariantCulture) + "/x", 0);
        return AssertRefusedAsync(
            new ArchiveBuilder().WithRawLayer(layer.ToArray()).DockerArchive(),
            nameof(AnalysisOptions.MaxEntries), new AnalysisOptions { MaxEntries = 500_000 }, whole: true);
    }

    [Fact]
    public Task Links_that_lead_ever_deeper()
    {
        // Each lies where the one before leads, a thousand further down.
        var layer = new LayerBuilder();
        for (var i = 0; i < 30; i++)
            layer.Symlink(string.Concat(Enumerable.Repeat("l/", i)) + "l", string.Concat(
                Enumerable.Repeat("a/", 1000)));
        return AssertRefusedAsync(
            new ArchiveBuilder().WithRawLayer(layer.ToArray()).DockerArchive(), nameof(AnalysisOptions.MaxPathDepth),
            whole: true);
    }

    [Fact]
    public async Task The_deepest_path_that_is_taken_is_merged()
    {
        var path = string.Concat(Enumerable.Repeat("a/", 1023)) + "x";
        var tree = await Images.TreeAsync(l => l.File(path, 3), l => l.File(path, 5));
        Assert.Equal(5, tree.Ledger.VisibleBytes);
        Assert.Equal(3, tree.Ledger.Overwritten);
    }

    [Fact]
    public Task Names_of_an_archive_that_are_longer_than_any() =>
        // Each is held while the archive is open.
        AssertRefusedAsync(
            new LayerBuilder().File(new string('n', 5000), 0).ToArray(), nameof(AnalysisOptions.MaxPathBytes),
            whole: true);

    [Fact]
    public Task Names_of_an_archive_without_end()
    {
        var archive = new LayerBuilder();
        for (var i = 0; i < 500; i++)
            archive.File(new string('n', 250) + i.ToString(CultureInfo.InvariantCulture), 0);
        return AssertRefusedAsync(
            archive.ToArray(), nameof(AnalysisOptions.MaxNameBytes), new AnalysisOptions { MaxNameBytes = 100_000 },
            whole: true);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    [InlineData('K')]
    public Task An_extended_header_of_a_gigabyte(char type) => AssertRefusedAsync(
        new LayerBuilder().Record("x"u8.ToArray(), type, [], statedSize: 1 << 30).ToArray(),
        nameof(AnalysisOptions.MaxExtensionBytes));

    [Fact]
    public Task Global_headers_that_add_up()
    {
        // Each has other attributes; one gzip member has a thousand headers.
        var members = new List<byte>();
        for (var i = 0; i < 40; i++)
        {
            var headers = new LayerBuilder();
            for (var j = 0; j < 1000; j++)
                headers.Record("g"u8.ToArray(), 'g', Encoding.ASCII.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"40 SCHILY.xattr.user.{i:D6}{j:D6}=00000\n")));
            members.AddRange(ArchiveBuilder.Gzip(headers.ToArray(endBlocks: false)));
        }

        return AssertRefusedAsync([.. members], nameof(AnalysisOptions.MaxExtensionBytes));
    }

    [Fact]
    public Task A_sparse_map_without_end()
    {
        var header = new LayerBuilder().Record("sparse"u8.ToArray(), 'S', []).ToArray(endBlocks: false);
        header[482] = 1;
        LayerBuilder.SetSum(header);
        var block = new byte[512];
        block[504] = 1;
        return AssertRefusedAsync([.. header, .. Repeat(block, 70_000)], nameof(AnalysisOptions.MaxSparseBlocks));
    }

    [Fact]
    public async Task Whiteouts_and_opaque_markers_over_a_huge_tree_cost_what_they_hide_once()
    {
        const int files = 100_000;
        var image = new ArchiveBuilder().WithLayer(l =>
        {
            for (var i = 0; i < files; i++)
                l.File(string.Create(CultureInfo.InvariantCulture, $"d/{i}"), 1);
        });
        for (var layer = 0; layer < 100; layer++)
            image.WithLayer(l =>
            {
                l.Opaque("d").File("d/0", 1);
                for (var i = 0; i < 1000; i++)
                    l.Whiteout(string.Create(CultureInfo.InvariantCulture, $"d/{i}"));
            });
        var ledger = (await CountedAsync(image.DockerArchive(), new AnalysisOptions())).Tree.Ledger;
        Assert.Equal(files + 100, ledger.DiskBytes);
        Assert.Equal(1, ledger.VisibleBytes);
    }

    [Fact]
    public async Task Layers_that_are_too_much_together()
    {
        var image = new ArchiveBuilder();
        for (var i = 0; i < 10; i++)
            image.WithLayer(l => l.File("a", 100_000, (char)('a' + i)));
        await AssertRefusedAsync(
            image.DockerArchive(), nameof(AnalysisOptions.MaxImageBytes),
            new AnalysisOptions { MaxImageBytes = 500_000 }, whole: true);
    }

    [Fact]
    public Task An_archive_that_unpacks_to_more_than_the_scratch_space() => AssertRefusedAsync(
        ArchiveBuilder.Gzip(new ArchiveBuilder().WithLayer(l => l.File("a", 2_000_000)).DockerArchive()),
        nameof(AnalysisOptions.MaxScratchBytes), new AnalysisOptions { MaxScratchBytes = 1_000_000 }, whole: true);

    [Fact]
    public Task An_analysis_that_takes_too_long() => AssertRefusedAsync(
        new ArchiveBuilder().WithLayer(l => l.File("a", 20_000_000)).DockerArchive(),
        nameof(AnalysisOptions.MaxTime), new AnalysisOptions { MaxTime = TimeSpan.FromTicks(1) }, whole: true);

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public Task A_manifest_a_megabyte_deep(string open, string close)
    {
        var json = string.Concat(Enumerable.Repeat(open, 500_000)) + "0"
            + string.Concat(Enumerable.Repeat(close, 500_000));
        return AssertRefusedAsync(
            new LayerBuilder().File("manifest.json", Encoding.ASCII.GetBytes(json)).ToArray(),
            nameof(AnalysisOptions.MaxJsonDepth), whole: true);
    }

    [Fact]
    public Task A_manifest_of_many_megabytes() => AssertRefusedAsync(
        new LayerBuilder().File("manifest.json", 20 << 20, ' ').ToArray(), nameof(AnalysisOptions.MaxJsonBytes),
        whole: true);

    [Fact]
    public Task An_index_in_an_index_in_an_index() =>
        AssertRefusedAsync(Indexes(depth: 20, width: 1), nameof(AnalysisOptions.MaxIndexDepth), whole: true);

    [Fact]
    public Task An_index_of_very_many_indexes() =>
        AssertRefusedAsync(Indexes(depth: 4, width: 400), nameof(AnalysisOptions.MaxManifests), whole: true);

    [Fact]
    public async Task An_index_that_contains_itself_has_no_image()
    {
        // Its digest cannot be its own; it is read once all the same.
        var digest = "sha256:" + new string('a', 64);
        var layout = Layout($$"""{"schemaVersion":2,"manifests":[{"digest":"{{digest}}","size":1}]}""")
            .File("blobs/sha256/" + new string('a', 64), Encoding.ASCII.GetBytes(
                $$"""{"schemaVersion":2,"manifests":[{"digest":"{{digest}}","size":1}]}"""));
        Assert.Equal(ImageErrors.DigestMismatch, (await Images.FailsAsync(layout.ToArray())).Code);
    }

    [Fact]
    public Task An_archive_of_very_many_files()
    {
        var archive = new LayerBuilder();
        for (var i = 0; i < 2000; i++)
            archive.File(i.ToString(CultureInfo.InvariantCulture), 0);
        return AssertRefusedAsync(
            archive.ToArray(), nameof(AnalysisOptions.MaxArchiveFiles), new AnalysisOptions { MaxArchiveFiles = 1000 },
            whole: true);
    }

    [Fact]
    public async Task More_layers_than_any_builder_makes()
    {
        var image = new ArchiveBuilder();
        for (var i = 0; i < 20; i++)
            image.WithLayer(l => l.File("a", 1));
        await AssertRefusedAsync(
            image.DockerArchive(), nameof(AnalysisOptions.MaxLayers), new AnalysisOptions { MaxLayers = 19 },
            whole: true);
    }

    [Fact]
    public Task A_history_of_a_million_lines() => AssertRefusedAsync(
        new LayerBuilder().File("c.json", Flood("{\"rootfs\":{\"diff_ids\":[]},\"history\":[", "{}", "]}"))
            .File("manifest.json", """[{"Config":"c.json","Layers":[]}]"""u8.ToArray()).ToArray(),
        nameof(AnalysisOptions.MaxHistory), whole: true);

    [Fact]
    public Task A_manifest_json_of_a_million_images() => AssertRefusedAsync(
        new LayerBuilder().File("manifest.json", Flood("[", "{}", "]")).ToArray(), nameof(AnalysisOptions.MaxManifests),
        whole: true);

    [Fact]
    public async Task Many_images_with_one_huge_config()
    {
        var config = """{"rootfs":{"diff_ids":[]}}""" + new string(' ', 4_000_000);
        var manifest = "[" + string.Join(',', Enumerable.Repeat("""{"Config":"c.json","Layers":[]}""", 900)) + "]";
        using var file = new TemporaryFile(new LayerBuilder().File("c.json", Encoding.ASCII.GetBytes(config))
            .File("manifest.json", Encoding.ASCII.GetBytes(manifest)).ToArray());
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var archive = await ImageArchive.OpenAsync(
            file.Path, Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Most);
        Assert.Null(archive.Images[0].Error);
        Assert.All(archive.Images.Skip(
            1), i => Assert.Equal(nameof(AnalysisOptions.MaxDocumentBytes), i.Error!.Option));
        Assert.InRange(archive.Images.Count, 800, 900);
    }

    /// <summary>A document just below the default MaxJsonBytes.</summary>
    private static byte[] Flood(string open, string item, string close) =>
        Encoding.ASCII.GetBytes(
            open + string.Join(',', Enumerable.Repeat(item, (4 << 20) / (item.Length + 1) - 100)) + close);

    private static LayerBuilder Layout(string index) => new LayerBuilder()
        .File("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray())
        .File("index.json", Encoding.ASCII.GetBytes(index));

    private static byte[] Indexes(int depth, int width)
    {
        var blobs = new LayerBuilder();
        var level = Descriptors(
            blobs, Enumerable.Range(
                0, width).Select(i => $$$"""{"schemaVersion":2,"manifests":[],"annotations":{"n":"{{{i}}}"}}"""));
        for (var i = 1; i < depth; i++)
            level = Descriptors(
                blobs, level.Select((
                    l, n) => $$$"""{"schemaVersion":2,"manifests":[{{{l}}}],"annotations":{"n":"{{{n}}}"}}"""));
        return [.. Layout($$"""{"schemaVersion":2,"manifests":[{{string.Join(',', level)}}]}""")
            .ToArray(endBlocks: false), .. blobs.ToArray()];
    }

    private static List<string> Descriptors(LayerBuilder blobs, IEnumerable<string> documents)
    {
        var descriptors = new List<string>();
        foreach (var document in documents)
        {
            var bytes = Encoding.ASCII.GetBytes(document);
            var hex = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
            blobs.File("blobs/sha256/" + hex, bytes);
            descriptors.Add($$"""{"digest":"sha256:{{hex}}","size":{{bytes.Length}}}""");
        }

        return descriptors;
    }

    internal static async Task AssertRefusedAsync(
        byte[] bytes, string option, AnalysisOptions? options = null, bool whole = false)
    {
        var archive = whole ? bytes : new ArchiveBuilder().WithRawLayer([]).DockerArchive(_ => bytes);
        var failure = await Assert.ThrowsAsync<ImageException>(
            () => CountedAsync(archive, options ?? new AnalysisOptions()));
        Assert.Equal(ImageErrors.LimitExceeded, failure.Code);
        Assert.Equal(option, failure.Option);
        Assert.DoesNotContain("Insight__", failure.Message, StringComparison.Ordinal);
    }

    internal static async Task<ImageAnalysis> CountedAsync(byte[] archive, AnalysisOptions options)
    {
        using var file = new TemporaryFile(archive);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        try
        {
            return await Images.AnalyzeFileAsync(file.Path, options);
        }
        finally
        {
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Most);
        }
    }

    private static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    internal static byte[] Repeat(byte[] bytes, int times)
    {
        var all = new byte[bytes.Length * times];
        for (var i = 0; i < times; i++)
            bytes.CopyTo(all, i * bytes.Length);
        return all;
    }
}
