using System.Text;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Tests.Layers;

/// <summary>Each line of the tar section of docs/formats.md on a tar made here, byte by byte.</summary>
public sealed class TarTests
{
    [Fact]
    public void A_pax_header_binds_to_the_next_file_and_not_to_an_extension_header_between()
    {
        // GHSA-3cv2-h65g-fgmm: the size must not be taken for that of the L header.
        var longName = new string('n', 150);
        var tar = new LayerBuilder().Pax(("size", "3"), ("mtime", "12"))
            .Record(Encoding.ASCII.GetBytes(longName), '0', "abc"u8.ToArray(), statedSize: 0).File("b", 5);
        Assert.Equal([(longName, 3), ("b", 5)], Read(tar).Select(e => (e.Name, e.Size)));
        Assert.Equal(12, Read(tar)[0].Mtime);
    }

    [Fact]
    public void The_size_of_a_pax_header_overrides_that_of_the_header()
    {
        // CVE-2025-62518: a reader that believes the header finds other files in the body.
        var inner = new LayerBuilder().File("hidden", 1).ToArray(endBlocks: false);
        var tar = new LayerBuilder().Pax(("size", "1024")).Record("a"u8.ToArray(), '0', inner, statedSize: 0)
            .File("b", 5);
        Assert.Equal([("a", 1024), ("b", 5)], Read(tar).Select(e => (e.Name, e.Size)));
    }

    [Fact]
    public void Global_headers_set_override_and_clear()
    {
        var tar = new LayerBuilder()
            .Record("g"u8.ToArray(), 'g', "12 mtime=77\n"u8.ToArray()).File("a", 0)
            .Pax(("mtime", "88")).File("b", 0).File("c", 0)
            .Record("g"u8.ToArray(), 'g', "9 mtime=\n"u8.ToArray()).File("d", 0, mtime: 99);
        Assert.Equal([77, 88, 77, 99], Read(tar).Select(e => e.Mtime));
    }

    [Fact]
    public void The_last_of_two_pax_records_wins() =>
        Assert.Equal("second", Assert.Single(
            Read(new LayerBuilder().Pax(("path", "first"), ("path", "second")).File("x", 0))).Name);

    [Theory]
    [InlineData("path")]
    [InlineData("linkpath")]
    public void A_nul_in_a_pax_name_is_refused(string key) =>
        Assert.Contains(
            "NUL", Refused(new LayerBuilder().Pax((key, "a\0b")).Symlink("x", "y")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("5 a=1")] // Its length is not its own.
    [InlineData("99 path=x\n")]
    [InlineData("8 path\n")]
    [InlineData("x path=y\n")]
    public void Malformed_pax_records_are_refused(string records) =>
        Assert.Contains(
            "offset 0", Refused(
                new LayerBuilder().Record("p"u8.ToArray(), 'x', Encoding.ASCII.GetBytes(records)).File("a", 0)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_ustar_prefix_stands_before_the_name_and_gnu_uses_that_field_for_times()
    {
        var ustar = new LayerBuilder().Record("name"u8.ToArray(), '0', []).ToArray(endBlocks: false);
        "some/prefix"u8.CopyTo(ustar.AsSpan(345));
        LayerBuilder.SetSum(ustar);
        var gnu = ustar.ToArray();
        "ustar  \0"u8.CopyTo(gnu.AsSpan(257));
        LayerBuilder.SetSum(gnu);
        Assert.Equal(["some/prefix/name", "name"], Read([.. ustar, .. gnu]).Select(e => e.Name));
    }

    [Fact]
    public void Version_seven_headers_have_names_only()
    {
        var header = new LayerBuilder().Record("name"u8.ToArray(), '0', []).ToArray(endBlocks: false);
        header.AsSpan(257).Clear();
        header[156] = 0;
        LayerBuilder.SetSum(header);
        Assert.Equal(("name", EntryKind.File), Read(header).Select(e => (e.Name, e.Kind)).Single());
    }

    [Fact]
    public void Numbers_may_be_in_base_256()
    {
        var header = new LayerBuilder().Record("big"u8.ToArray(), '0', []).ToArray(endBlocks: false);
        // 3,000,000,000, more than seven octal digits hold, and a time before 1970.
        new byte[] { 0x80, 0, 0, 0, 0xb2, 0xd0, 0x5e, 0 }.CopyTo(header.AsSpan(108));
        new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe }.CopyTo(
            header.AsSpan(136));
        LayerBuilder.SetSum(header);
        Assert.Equal((3_000_000_000, -2), Read(header).Select(e => (e.Uid, e.Mtime)).Single());
    }

    [Fact]
    public void A_negative_size_is_refused()
    {
        var header = new LayerBuilder().Record("a"u8.ToArray(), '0', []).ToArray(endBlocks: false);
        header.AsSpan(124, 12).Fill(0xff);
        LayerBuilder.SetSum(header);
        Assert.Contains("size", Refused(header).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Octal_is_padded_with_spaces_or_nuls()
    {
        var header = new LayerBuilder().Record("a"u8.ToArray(), '0', new byte[8]).ToArray(endBlocks: false);
        "        10 \0"u8.CopyTo(header.AsSpan(124));
        LayerBuilder.SetSum(header);
        Assert.Equal(8, Assert.Single(Read(header)).Size);
    }

    [Fact]
    public void A_checksum_of_signed_bytes_is_taken_and_a_wrong_one_tells_its_offset()
    {
        var header = new LayerBuilder().Record([0xff, 0xfe], '0', []).ToArray(endBlocks: false);
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = header.Sum(b => (long)(sbyte)b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(header, 148);
        Assert.Single(Read(header));
        header[150] ^= 1;
        Assert.Contains(
            "offset 512", Refused([.. new LayerBuilder().File("a", 0).ToArray(endBlocks: false), .. header]).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('\0', EntryKind.File)]
    [InlineData('0', EntryKind.File)]
    [InlineData('7', EntryKind.File)]
    [InlineData('1', EntryKind.HardLink)]
    [InlineData('2', EntryKind.Symlink)]
    [InlineData('3', EntryKind.CharDevice)]
    [InlineData('4', EntryKind.BlockDevice)]
    [InlineData('5', EntryKind.Directory)]
    [InlineData('6', EntryKind.Fifo)]
    [InlineData('D', EntryKind.Directory)]
    [InlineData('A', EntryKind.Other)]
    [InlineData('V', EntryKind.Other)]
    [InlineData('M', EntryKind.Other)]
    [InlineData('N', EntryKind.Other)]
    [InlineData('Z', EntryKind.Other)]
    public void Types_are_these_and_unknown_ones_are_skipped_by_their_size(char type, EntryKind kind)
    {
        var body = kind is EntryKind.File or EntryKind.Other || type == 'D' ? new byte[700] : [];
        var entries = Read(
            new LayerBuilder().Record(
                "x"u8.ToArray(), type, body, link: kind == EntryKind.Symlink ? "y" : "").File("after", 3));
        Assert.Equal(kind, entries[0].Kind);
        Assert.Equal("after", entries[1].Name);
    }

    [Fact]
    public void Old_gnu_sparse_has_the_real_size_and_its_stored_body_is_passed_over()
    {
        var header = new LayerBuilder().Record("sparse"u8.ToArray(), 'S', []).ToArray(endBlocks: false);
        "00000001000\0"u8.CopyTo(header.AsSpan(124)); // 512 bytes stored,
        "00003641100\0"u8.CopyTo(header.AsSpan(483)); // 1,000,000 in all
        header[482] = 1; // and one more block of the map.
        LayerBuilder.SetSum(header);
        var entries = Read([
            .. header, .. new byte[512], .. new byte[512], .. new LayerBuilder().File("after", 3).ToArray()
        ]);
        Assert.Equal([("sparse", 1_000_000), ("after", 3)], entries.Select(e => (e.Name, e.Size)));
    }

    [Theory]
    [InlineData("GNU.sparse.size")] // 0.0 and 0.1
    [InlineData("GNU.sparse.realsize")] // 1.0
    [InlineData("SCHILY.realsize")] // star
    public void Pax_sparse_has_the_real_size_and_name(string key)
    {
        var tar = new LayerBuilder().Pax((key, "1000000"), ("GNU.sparse.name", "real/name"))
            .File("GNUSparseFile.0/name", 100).File("after", 3);
        Assert.Equal([("real/name", 1_000_000), ("after", 3)], Read(tar).Select(e => (e.Name, e.Size)));
    }

    [Fact]
    public void Stars_real_size_is_not_that_of_every_file()
    {
        var tar = new LayerBuilder().Global(("SCHILY.realsize", "7")).File("a", 4).File("b", 6);
        Assert.Equal([("a", 4), ("b", 6)], Read(tar).Select(e => (e.Name, e.Size)));
    }

    [Fact]
    public async Task Sparse_files_of_other_maps_are_other_files()
    {
        // The same stored bytes at other places: the contents differ.
        static void Write(LayerBuilder l, string map) =>
            l.Pax(("GNU.sparse.size", "1000000"), ("GNU.sparse.map", map)).File("f", 100, mtime: 5);
        Assert.Equal(1_000_000,
            (await Images.LedgerAsync(l => Write(l, "0,100"), l => Write(l, "5000,100"))).Overwritten);
        Assert.Equal(1_000_000, (await Images.LedgerAsync(l => Write(l, "0,100"), l => Write(l, "0,100"))).Identical);
    }

    [Fact]
    public void A_tar_without_end_blocks_and_one_with_garbage_behind_them_are_read()
    {
        var tar = new LayerBuilder().File("a", 3);
        Assert.Single(Read(tar.ToArray(endBlocks: false)));
        Assert.Single(Read([.. tar.ToArray(), .. "garbage"u8]));
    }

    [Fact]
    public void What_was_read_before_the_end_of_a_cut_tar_is_given()
    {
        var names = new List<string>();
        var bytes = new LayerBuilder().File("a", 3).File("b", 3000).ToArray(endBlocks: false)[..2000];
        var failure = Assert.Throws<ImageException>(() => LayerListing.Read(
            new MemoryStream(bytes), new AnalysisOptions(), e => names.Add(Encoding.UTF8.GetString(e.Name))));
        Assert.Equal(ImageErrors.Truncated, failure.Code);
        Assert.Contains("offset 2000", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], names);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(1024)]
    public async Task Layers_of_nothing_are_empty(int bytes)
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithRawLayer(new byte[bytes]).WithLayer(l => l.File("a", 1)));
        Assert.Equal([0, 1], result.Facts.Layers.Select(l => l.Layer.RecordCount));
    }

    [Theory]
    [InlineData("a\u0001b\u001b[31m")]
    [InlineData("a\u202etxt.exe")]
    [InlineData("back\\slash")]
    [InlineData("new\nline")]
    [InlineData(" ")]
    public void Strange_names_are_kept_as_they_are(string name) =>
        Assert.Equal(name, Assert.Single(Read(new LayerBuilder().File(name, 0))).Name);

    [Fact]
    public async Task Windows_layers_are_read_with_their_folders_and_their_records_passed_over()
    {
        // Such records are written by github.com/microsoft/go-winio/backuptar.
        var image = new ArchiveBuilder().WithLayer(l => l
            .Directory("Files")
            .Pax(("MSWINDOWS.fileattr", "32"), ("MSWINDOWS.rawsd", "AQAEgBQAAAA="),
                ("LIBARCHIVE.creationtime", "1700000000.5"))
            .File("Files/Program Files/App.exe", 10).File("Files/program files/app.EXE", 20)
            .File("Hives/Software_Delta", 5).Directory("UtilityVM"));
        // Two spellings stay two files: what a tar holds is shown as it is.
        Assert.Equal(
            ["/Files/Program Files/App.exe", "/Files/program files/app.EXE", "/Hives/Software_Delta"],
            (await Images.AnalyzeAsync(image)).Tree.VisibleEntries().Where(e => e.Kind == "file").Select(e => e.Path)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_files_that_estargz_adds_are_shown_as_files()
    {
        // A member for each file, and at the end the table of contents:
        // github.com/containerd/stargz-snapshotter/docs/estargz.md
        var parts = new[] { "bin/sh", ".prefetch.landmark", "usr/late", "stargz.index.json" }
            .Select(name => new LayerBuilder().File(name, 100).ToArray(endBlocks: false)).Append(new byte[1024])
            .ToList();
        var image = new ArchiveBuilder().WithRawLayer([.. parts.SelectMany(p => p)]);
        var result = await Images.AnalyzeAsync(image.DockerArchive(_ => [.. parts.SelectMany(ArchiveBuilder.Gzip)]));
        Assert.Equal(4, result.Tree.VisibleFiles);
        Assert.All(result.Facts.Layers[0].Blob.Shares.Where((
            _, i) => result.Facts.Layers[0].Layer.Entries[i].Kind == EntryKind.File), share => Assert.True(share > 0));
    }

    [Fact]
    public void Links_may_have_a_body_or_only_its_size()
    {
        var tar = new LayerBuilder().HardLink("a", "x", new byte[600])
            .Record("b"u8.ToArray(), '1', [], "x", statedSize: 600).File("c", 1);
        Assert.Equal(["a", "b", "c"], Read(tar).Select(e => e.Name));
        Assert.Single(Read(new LayerBuilder().Record("last"u8.ToArray(), '1', [], "x", statedSize: 1 << 20)));
        Assert.Equal(2, Read(
            new LayerBuilder().HardLink("a", "x", Encoding.ASCII.GetBytes(new string('z', 600))).File("c", 1)).Count);
    }

    private static List<Line> Read(LayerBuilder tar) => Read(tar.ToArray());

    private static List<Line> Read(byte[] tar)
    {
        var lines = new List<Line>();
        LayerListing.Read(
            new MemoryStream(tar), new AnalysisOptions(),
            e => lines.Add(new Line(Encoding.UTF8.GetString(e.Name), e.Kind, e.Size, e.Uid, e.Mtime)));
        return lines;
    }

    private static ImageException Refused(LayerBuilder tar) => Refused(tar.ToArray());

    private static ImageException Refused(byte[] tar) => Assert.Throws<ImageException>(() => Read(tar));

    private sealed record Line(string Name, EntryKind Kind, long Size, long Uid, long Mtime);
}
