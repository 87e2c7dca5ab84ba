using System.Diagnostics;
using System.Text.Json;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Rewriting;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Analysis.Tests.Sources;

namespace ImageInsight.Analysis.Tests.Rewriting;

/// <summary>The same image without its dead bytes: nothing else may change.</summary>
public sealed class OptimizedImageTests
{
    private static readonly string Corpus = Path.Combine(
        Environment.GetEnvironmentVariable("CORPUS") is { Length: > 0 } c ? c : "/tmp/corpus", "images");

    private static readonly string LongName = string.Join('/', Enumerable.Repeat("a-directory-with-a-long-name", 6))
        + "/file";

    [Fact]
    public async Task Wasted_bytes_are_removed_and_the_final_file_system_stays_the_same()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.Directory("etc").File("etc/passwd", 2000).File("only/implied/here", 3000)
                .File(LongName, 4000).File("kept", 10)
                .File("first", 5000).HardLink("second", "first").File("twice", 600).File("twice", 700)
                .File("paxed", [.. "x"u8.ToArray(), .. new byte[8000]], pax: ("SCHILY.xattr.user.a", "b")))
            .WithLayer(l => l.File("etc/passwd", 2100, 'y').Whiteout("only/implied/here").Whiteout(LongName)
                .Whiteout("first").Whiteout("paxed"))
            .WithLayer(l => l.File("etc/passwd", 2100, 'y', uid: 7).Whiteout("second"));
        var (before, after) = await RewriteAsync(image.DockerArchive());
        Assert.Equal(2000 + 3000 + 4000 + 5000 + 600 + 8001 + 2100, before.Tree.Ledger.WastedBytes);
        Assert.Equal(0, after.Tree.Ledger.WastedBytes);
        AssertSame(before, after);
    }

    [Fact]
    public async Task A_name_that_outlives_another_keeps_its_bytes()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("a", 5000).HardLink("b", "a").File("dead", 100))
            .WithLayer(l => l.Whiteout("a").Whiteout("dead"));
        var (before, after) = await RewriteAsync(image.DockerArchive());
        Assert.Equal(5000, after.Tree.Ledger.DiskBytes);
        AssertSame(before, after);
    }

    [Fact]
    public async Task A_layer_without_wasted_bytes_is_the_same_blob()
    {
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", 5000)).WithLayer(l => l.File("a", 6000))
            .WithLayer(l => l.File("b", 1));
        var (before, after) = await RewriteAsync(image.DockerArchive(ArchiveBuilder.Gzip));
        Assert.NotEqual(before.Facts.Layers[0].Layer.DiffId, after.Facts.Layers[0].Layer.DiffId);
        Assert.Equal(before.Facts.Layers.Skip(1).Select(l => l.Layer.DiffId), after.Facts.Layers.Skip(
            1).Select(l => l.Layer.DiffId));
        AssertSame(before, after);
    }

    [Fact]
    public async Task The_same_layer_twice_is_written_by_its_place()
    {
        var layer = new LayerBuilder().File("a", 5000).ToArray();
        var (before, after) = await RewriteAsync(
            new ArchiveBuilder().WithRawLayer(layer).WithRawLayer(layer).DockerArchive());
        Assert.Equal(5000, before.Tree.Ledger.WastedBytes);
        Assert.Equal((5000, 0), (after.Tree.Ledger.DiskBytes, after.Tree.Ledger.WastedBytes));
        AssertSame(before, after);
    }

    [Fact]
    public async Task A_finding_that_is_ticked_goes_too_and_nothing_older_comes_back()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("root/.cache/pip/http/a", 9000).File("app", 10))
            .WithLayer(l => l.File("root/.cache/pip/http/a", 8000, 'b').File("root/.cache/pip/http/b", 7000));
        var (before, after) = await RewriteAsync(image.DockerArchive(), f => f.RuleId == "package-cache");
        Assert.Equal(10, after.Tree.Ledger.DiskBytes);
        AssertSame(before, after, "/root/.cache/pip/http/a", "/root/.cache/pip/http/b");
    }

    [Fact]
    public async Task All_names_of_a_ticked_file_go_in_whatever_layer_they_are()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("root/.cache/pip/old", 100).File("root/.cache/pip/b", 200).File("app", 10))
            .WithLayer(l => l.File("root/.cache/pip/a", 9000).HardLink("root/.cache/pip/b", "root/.cache/pip/a")
                .HardLink("dead", "root/.cache/pip/a"))
            .WithLayer(l => l.HardLink("root/.cache/pip/deep/c", "root/.cache/pip/b").HardLink("dead-too", "dead")
                .Whiteout("dead"))
            .WithLayer(l => l.Whiteout("dead-too").Whiteout("root/.cache/pip/a"));
        var (before, after) = await RewriteAsync(image.DockerArchive(), f => f.RuleId == "package-cache");
        Assert.Equal(9310, before.Tree.Ledger.DiskBytes);
        Assert.Equal(10, after.Tree.Ledger.DiskBytes);
        AssertSame(before, after, "/root/.cache/pip/old", "/root/.cache/pip/b", "/root/.cache/pip/deep/c");
        Assert.Contains("/root/.cache/pip/deep", after.Tree.Listing().Keys);
        await AssertUnpacksAsync(
            image.DockerArchive(), f => f.RuleId == "package-cache", "./root/.cache/pip/b", "./root/.cache/pip/old",
            "./root/.cache/pip/deep/c");
    }

    [Fact]
    public async Task A_name_that_no_ticked_finding_covers_keeps_the_file()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("root/.cache/pip/a", 9000).File("root/.cache/pip/b", 7)
                .HardLink("root/.cache/pip/c", "root/.cache/pip/b"))
            .WithLayer(l => l.HardLink("usr/lib/a", "root/.cache/pip/a"));
        var (before, after) = await RewriteAsync(image.DockerArchive(), f => f.RuleId == "package-cache");
        Assert.Equal(9000, after.Tree.Ledger.DiskBytes);
        AssertSame(before, after, "/root/.cache/pip/b", "/root/.cache/pip/c");
    }

    [Fact]
    public async Task A_ticked_file_that_its_own_layer_wrote_twice_goes_twice()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("root/.cache/pip/a", 100).File("app", 10))
            .WithLayer(l => l.File("root/.cache/pip/a/x", 200).Symlink("l", "/root/.cache/pip").File("l/a", 300)
                .File("root/.cache/pip/a", 400));
        var (before, after) = await RewriteAsync(image.DockerArchive(), f => f.RuleId == "package-cache");
        Assert.Equal(10, after.Tree.Ledger.DiskBytes);
        AssertSame(before, after, "/root/.cache/pip/a");
    }

    [Fact]
    public async Task A_selected_file_below_a_deleted_directory_is_removed_like_other_wasted_bytes()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("root/.cache/pip/a", 100).File("app", 10))
            .WithLayer(l => l.File("root/.cache/pip/b", 200))
            .WithLayer(l => l.Whiteout("root/.cache"));
        var (before, after) = await RewriteAsync(image.DockerArchive(), _ => true);
        Assert.Equal(10, after.Tree.Ledger.DiskBytes);
        AssertSame(before, after);
    }

    [Fact]
    public async Task A_second_name_that_the_old_file_got_keeps_it()
    {
        // In the upper layer the old file got a second name before the new one replaced it.
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("root/.cache/pip/a", 100))
            .WithLayer(l => l.HardLink("kept", "root/.cache/pip/a").File("root/.cache/pip/a", 200));
        var (before, after) = await RewriteAsync(image.DockerArchive(), f => f.RuleId == "package-cache");
        Assert.Equal(100, after.Tree.Ledger.DiskBytes);
        AssertSame(before, after, "/root/.cache/pip/a");
        await AssertUnpacksAsync(image.DockerArchive(), f => f.RuleId == "package-cache", "./root/.cache/pip/a");
    }

    [Fact]
    public async Task What_would_change_another_path_is_refused()
    {
        // The link leads nowhere as long as the file is there, so the upper layer's directory takes the link's place;
        // without the file it would lie where the link leads.
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("root/.cache/pip/a", 9000).Symlink("l", "/root/.cache/pip/a/c"))
            .WithLayer(l => l.Directory("l/d"));
        var refused = await Assert.ThrowsAsync<ImageException>(
            () => RewriteAsync(image.DockerArchive(), f => f.RuleId == "package-cache"));
        Assert.Equal(ImageErrors.Unsupported, refused.Code);
        Assert.Contains("'/root/.cache/pip/a'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Global_headers_hold_for_what_stays_and_not_for_what_stands_instead()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.Global(("comment", "c"), ("uid", "42"), ("mtime", "7.5")).File("dead", 5000)
                .File("root/.cache/pip/a", 600).File("kept", 10)
                .Global(("gid", "43")).Global(("SCHILY.xattr.user.g", "1")).Pax(("path", LongName))
                .Global(("mtime", "8")).File("short", 700).File("kept-too", 20)
                .Global(("size", "800")).File("sized", 800).Global(("size", "")).File("last", 30))
            .WithLayer(l => l.Whiteout("dead").Whiteout(LongName).Whiteout("sized"));
        var (before, after) = await RewriteAsync(image.DockerArchive(), f => f.RuleId == "package-cache");
        Assert.Equal((5000 + 700 + 800, 660), (before.Tree.Ledger.WastedBytes, before.Tree.Ledger.VisibleBytes));
        Assert.Equal((60, 0), (after.Tree.Ledger.DiskBytes, after.Tree.Ledger.WastedBytes));
        AssertSame(before, after, "/root/.cache/pip/a");
        Assert.Equal((42, 43), (after.Tree.Listing()["/last"].Uid, after.Tree.Listing()["/last"].Gid));
    }

    [Fact]
    public async Task The_bytes_of_markers_and_of_AUFS_go_as_well()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File(".wh..wh.plnk/1", 100).File(".wh..wh.plnk/2", 200).HardLink("a", ".wh..wh.plnk/2")
                .File("b", 10).File("a/", 0))
            .WithLayer(l => l.File(".wh.b", 50).File("c/.wh..wh..opq", 60).File("c/d", 5));
        var (before, after) = await RewriteAsync(image.DockerArchive());
        Assert.Equal(0, after.Tree.Ledger.WastedBytes);
        Assert.True(before.Tree.Ledger.WastedBytes > 200);
        AssertSame(before, after);
    }

    /// <summary>Whatever a writer says of a record is in the record, and that is copied.</summary>
    [Fact]
    public async Task Records_that_stay_are_the_same_to_the_byte()
    {
        string[] hard = ["xattrs", "capability", "fraction", "base-256", "long", "sparse", "device", "links", "global"];
        byte[][] kept =
        [
            Bytes(l => l.File("xattrs", 600, pax: [("SCHILY.xattr.user.a", "1"), ("LIBARCHIVE.xattr.user.a", "MQ")])),
            Bytes(l => l.File(
                "capability", [1, 2, 3], mode: 0x9ed,
                pax: ("SCHILY.xattr.security.capability", "\u0001\0\0\u0002\0\u0004"))),
            Bytes(l => l.File(
                "fraction", 5, pax: [("mtime", "1700000000.123456789"), ("atime", "1700000001.5"), ("ctime", "1.25")])),
            Base256(),
            Bytes(l => l.File(LongName, 7).Symlink("long", LongName).File("u", 8, pax: ("path", "é/" + LongName))),
            Bytes(l => l.Pax(
                ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "sparse"),
                ("GNU.sparse.realsize", "1048576"))
                .File("GNUSparseFile.0/sparse", [.. "1\n1048064\n512\n"u8, .. new byte[498], .. new byte[512]])),
            Bytes(l => l.Record("dev"u8.ToArray(), '3', []).Record("block"u8.ToArray(), '4', [])
                .Record("fifo"u8.ToArray(), '6', [])),
            Bytes(l => l.File("links", 9).HardLink("links-2", "links").HardLink("links-3", "links-2")),
            Bytes(l => l.Global(("comment", "x")).File("global", 3)),
        ];
        Assert.Equal(hard.Length, kept.Length);
        byte[] lower =
        [
            .. kept.SelectMany((k, i) => (byte[])[.. Bytes(l => l.File($"dead-{i}", 5000 + i)), .. k]),
            .. new byte[1024]
        ];
        var image = new ArchiveBuilder().WithRawLayer(
            lower).WithLayer(l => Enumerable.Range(0, kept.Length).ToList().ForEach(i => l.Whiteout($"dead-{i}")));
        var (before, after) = await RewriteAsync(image.DockerArchive());
        Assert.Equal((Enumerable.Range(0, kept.Length).Sum(i => 5000 + i), 0),
            (before.Tree.Ledger.WastedBytes, after.Tree.Ledger.WastedBytes));
        AssertSame(before, after);
        var bytes = (await OptimizeAsync(image.DockerArchive())).Bytes;
        var at = 0;
        foreach (var (record, name) in kept.Zip(hard))
        {
            var found = bytes.AsSpan(at).IndexOf(record);
            Assert.True(found >= 0, name);
            at += found + record.Length;
        }
    }

    [Fact]
    public async Task Sparse_files_go_like_others()
    {
        var body = (byte[])[.. "1\n1048064\n512\n"u8, .. new byte[498], .. new byte[512]];
        var image = new ArchiveBuilder()
            .WithLayer(l => l.Pax(
                ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "dead"),
                ("GNU.sparse.realsize", "1048576"))
                .File("GNUSparseFile.0/dead", body)
                .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "root/.cache/pip/a"),
                    ("GNU.sparse.realsize", "2097152"))
                .File("GNUSparseFile.0/a", body).File("kept", 10))
            .WithLayer(l => l.File("dead", 10));
        var (before, after) = await RewriteAsync(image.DockerArchive(), f => f.RuleId == "package-cache");
        Assert.Equal((1048576, 20 + 2097152), (before.Tree.Ledger.WastedBytes, before.Tree.Ledger.VisibleBytes));
        Assert.Equal((20, 0), (after.Tree.Ledger.DiskBytes, after.Tree.Ledger.WastedBytes));
        AssertSame(before, after, "/root/.cache/pip/a");
    }

    [Fact]
    public async Task A_layer_that_cannot_be_read_is_reported_before_a_byte_is_written()
    {
        var image = Sample();
        var foreign = ArchiveBuilder.OciLayout(b => b, "application/vnd.example.model", image);
        var refused = await Assert.ThrowsAsync<ImageException>(() => OptimizeAsync(foreign));
        Assert.Equal(ImageErrors.Unsupported, refused.Code);
        Assert.Contains("cannot be read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_an_OCI_layout_and_a_docker_archive_to_other_programs()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/skopeo"), "skopeo is not installed; scripts/test.sh installs it.");
        var folder = Directory.CreateTempSubdirectory("insight-optimized-");
        try
        {
            var file = Path.Combine(folder.FullName, "o.tar");
            await File.WriteAllBytesAsync(
                file, (await OptimizeAsync(Sample().DockerArchive())).Bytes, TestContext.Current.CancellationToken);
            foreach (var form in new[] { "docker-archive:", "oci-archive:" })
                await RunAsync("skopeo", [
                    "--insecure-policy", "copy", "-q", form + file, $"dir:{folder.FullName}/{form.Split('-')[0]}"
                ]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Docker_loads_it()
    {
        using var docker = new Writers();
        var (before, bytes) = await OptimizeAsync(Sample().DockerArchive());
        await File.WriteAllBytesAsync(docker.Input, bytes, TestContext.Current.CancellationToken);
        await docker.RunAsync(
            "dockerd", "DK load -q -i in.tar && DK save -o OUT test/app:1", TestContext.Current.CancellationToken);
        var after = await Images.AnalyzeFileAsync(docker.Output);
        Assert.Equal((6000, 0), (after.Tree.Ledger.DiskBytes, after.Tree.Ledger.WastedBytes));
        AssertSame(before, after);
    }

    [Theory]
    [InlineData("c-chown-naive.docker.tar")]
    [InlineData("d-mv-naive.oci-gz.tar")]
    public async Task Real_images_unpack_to_the_same_tree(string archive)
    {
        Assert.SkipUnless(
            File.Exists(Path.Combine(Corpus, archive)),
            $"No {archive} in {Corpus}; scripts/test.sh builds it where ../shared is there.");
        Assert.SkipUnless(
            File.Exists("/usr/bin/umoci") && File.Exists("/usr/bin/skopeo"),
            "umoci and skopeo are not installed; scripts/test.sh installs them.");
        var folder = Directory.CreateTempSubdirectory("insight-optimized-");
        try
        {
            var source = Path.Combine(Corpus, archive);
            var target = Path.Combine(folder.FullName, "o.tar");
            long wasted;
            using (var opened = await ImageArchive.OpenAsync(
                source, folder.FullName, new AnalysisOptions(), TestContext.Current.CancellationToken))
            await using (var file = File.Create(target))
                wasted = (await WriteAsync(opened, file, _ => false)).Tree.Ledger.WastedBytes;
            var after = await Images.AnalyzeFileAsync(target);
            Assert.Equal(0, after.Tree.Ledger.WastedBytes);
            var form = archive.Contains(".docker", StringComparison.Ordinal) ? "docker-archive:" : "oci-archive:";
            var before = await ListAsync(form + source, Path.Combine(folder.FullName, "before"));
            var now = await ListAsync("docker-archive:" + target, Path.Combine(folder.FullName, "after"));
            Assert.True(before.Count > 100, $"{before.Count} paths");
            Assert.Equal(before, now);
            Assert.True(new FileInfo(target).Length > wasted / 100);
        }
        finally
        {
            await RunAsync("rm", ["-rf", folder.FullName]);
        }
    }

    private static ArchiveBuilder Sample() =>
        new ArchiveBuilder().WithLayer(l => l.File("a", 5000).File("b", 10))
            .WithLayer(l => l.File("a", 6000).Whiteout("b"));

    private static byte[] Bytes(Action<LayerBuilder> write)
    {
        var layer = new LayerBuilder();
        write(layer);
        return layer.ToArray(endBlocks: false);
    }

    /// <summary>Numbers that eight octal digits do not hold, as GNU tar writes them.</summary>
    private static byte[] Base256()
    {
        var record = Bytes(l => l.File("base-256", 11));
        (record[108], record[112], record[115]) = (0x80, 0x7f, 0x01);
        (record[116], record[120], record[123]) = (0x80, 0x7e, 0x02);
        LayerBuilder.SetSum(record.AsSpan(0, 512));
        return record;
    }

    private static void AssertSame(ImageAnalysis before, ImageAnalysis after, params string[] gone)
    {
        var listed = before.Tree.Listing();
        Assert.All(gone, path => Assert.Contains(path, listed.Keys));
        Assert.Equal(
            before.Tree.VisibleEntries().Where(e => !gone.Contains(e.Path)).Select(e => JsonSerializer.Serialize(e)),
            after.Tree.VisibleEntries().Select(e => JsonSerializer.Serialize(e)));
        Assert.Equal(before.Facts.History, after.Facts.History);
        Assert.Equal(before.Facts.Environment, after.Facts.Environment);
        Assert.Equal(before.Facts.Tags, after.Facts.Tags);
        Assert.Equal(before.Facts.Layers.Select(l => l.Instruction), after.Facts.Layers.Select(l => l.Instruction));
        Assert.Equal(0, after.Tree.Ledger.WastedBytes);
        if (gone.Length == 0)
            Assert.Equal(before.Tree.Ledger.VisibleBytes, after.Tree.Ledger.DiskBytes);
    }

    private static async Task<(ImageAnalysis Before, ImageAnalysis After)> RewriteAsync(
        byte[] archive, Func<Finding, bool>? ticked = null)
    {
        var (before, bytes) = await OptimizeAsync(archive, ticked);
        return (before, await Images.AnalyzeAsync(bytes));
    }

    private static async Task<(ImageAnalysis Analysis, byte[] Bytes)> OptimizeAsync(
        byte[] archive, Func<Finding, bool>? ticked = null)
    {
        using var file = new TemporaryFile(archive);
        using var opened = await ImageArchive.OpenAsync(
            file.Path, Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
        using var target = new MemoryStream();
        return (await WriteAsync(opened, target, ticked ?? (_ => false)), target.ToArray());
    }

    private static async Task<ImageAnalysis> WriteAsync(ImageArchive opened, Stream target, Func<Finding, bool> ticked)
    {
        var options = new AnalysisOptions();
        var analysis = await new ImageAnalyzer(options).AnalyzeAsync(
            opened, opened.Images[0], null, TestContext.Current.CancellationToken);
        await new OptimizedImage(
            opened, opened.Images[0], analysis.Tree, analysis.Findings.Where(ticked).Select(f => f.Bodies), options,
            TestContext.Current.CancellationToken)
            .WriteAsync(target, TestContext.Current.CancellationToken);
        return analysis;
    }

    private static async Task AssertUnpacksAsync(byte[] archive, Func<Finding, bool> ticked, params string[] gone)
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/umoci") && File.Exists("/usr/bin/skopeo"),
            "umoci and skopeo are not installed; scripts/test.sh installs them.");
        var folder = Directory.CreateTempSubdirectory("insight-optimized-");
        try
        {
            var (source, target) = (Path.Combine(folder.FullName, "s.tar"), Path.Combine(folder.FullName, "o.tar"));
            await File.WriteAllBytesAsync(source, archive, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(
                target, (await OptimizeAsync(archive, ticked)).Bytes, TestContext.Current.CancellationToken);
            var before = await ListAsync("docker-archive:" + source, Path.Combine(folder.FullName, "before"));
            Assert.All(gone, path => Assert.Contains(before, l => l.Split(' ')[0] == path));
            Assert.Equal(
                before.Where(l => !gone.Contains(l.Split(' ')[0]) && !gone.Contains(l.Split("  ")[^1])),
                await ListAsync("docker-archive:" + target, Path.Combine(folder.FullName, "after")));
        }
        finally
        {
            await RunAsync("rm", ["-rf", folder.FullName]);
        }
    }

    /// <summary>
    /// What umoci makes of an image, path by path: type, owner, mode, link, time, size and content. Times of
    /// directories that no layer has are those of the unpacking, so directories go without.
    /// </summary>
    private static async Task<List<string>> ListAsync(string image, string folder)
    {
        await RunAsync("skopeo", [
            "--insecure-policy", "copy", "-q", "--dest-compress-level", "1", image, $"oci:{folder}.oci:x"
        ]);
        await RunAsync("umoci", ["unpack", "--keep-dirlinks", "--image", $"{folder}.oci:x", folder]);
        var listed = await RunAsync(
            "bash",
            ["-c", "cd \"$1/rootfs\" && { find . -type d -printf '%p %y %U:%G %m\\n'; find . ! -type d -printf '%p %y "
                + "%U:%G %m %l %T@ %s %n\\n'; find . -type f -exec sha256sum {} +; } | LC_ALL=C sort", "-", folder]);
        await RunAsync("rm", ["-rf", folder, folder + ".oci"]);
        return [.. listed.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(
            program, arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors}");
        return await output;
    }
}
