using System.Diagnostics;
using System.Text.Json;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Rewriting;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Analysis.Tests.Sources;

namespace ImageInsight.Analysis.Tests.Rewriting;

/// <summary>The same image without its dead bytes: nothing else may change.</summary>
public sealed class OptimizedImageTests
{
    private static readonly string Corpus = Path.Combine(Environment.GetEnvironmentVariable("CORPUS") is { Length: > 0 } c ? c : "/tmp/corpus", "images");

    private static readonly string LongName = string.Join('/', Enumerable.Repeat("a-directory-with-a-long-name", 6)) + "/file";

    [Fact]
    public async Task Dead_bytes_go_and_the_final_file_system_stays()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.Directory("etc").File("etc/passwd", 2000).File("only/implied/here", 3000).File(LongName, 4000).File("kept", 10)
                .File("first", 5000).HardLink("second", "first").File("twice", 600).File("twice", 700)
                .File("paxed", [.. "x"u8.ToArray(), .. new byte[8000]], pax: ("SCHILY.xattr.user.a", "b")))
            .WithLayer(l => l.File("etc/passwd", 2100, 'y').Whiteout("only/implied/here").Whiteout(LongName).Whiteout("first").Whiteout("paxed"))
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
    public async Task A_layer_without_dead_bytes_is_the_same_blob()
    {
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", 5000)).WithLayer(l => l.File("a", 6000)).WithLayer(l => l.File("b", 1));
        var (before, after) = await RewriteAsync(image.DockerArchive(ArchiveBuilder.Gzip));
        Assert.NotEqual(before.Facts.Layers[0].Layer.DiffId, after.Facts.Layers[0].Layer.DiffId);
        Assert.Equal(before.Facts.Layers.Skip(1).Select(l => l.Layer.DiffId), after.Facts.Layers.Skip(1).Select(l => l.Layer.DiffId));
        AssertSame(before, after);
    }

    [Fact]
    public async Task The_same_layer_twice_is_written_by_its_place()
    {
        var layer = new LayerBuilder().File("a", 5000).ToArray();
        var (before, after) = await RewriteAsync(new ArchiveBuilder().WithRawLayer(layer).WithRawLayer(layer).DockerArchive());
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
        Assert.Equal(["app"], after.Tree.VisibleEntries().Where(e => e.Kind == "file").Select(e => e.Path.TrimStart('/')));
        Assert.NotEqual(before.Tree.VisibleFiles, after.Tree.VisibleFiles);
    }

    [Fact]
    public async Task It_is_an_OCI_layout_and_a_docker_archive_to_other_programs()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/skopeo"), "skopeo is not installed; scripts/test.sh installs it.");
        var folder = Directory.CreateTempSubdirectory("insight-optimized-");
        try
        {
            var file = Path.Combine(folder.FullName, "o.tar");
            await File.WriteAllBytesAsync(file, (await OptimizeAsync(Sample().DockerArchive())).Bytes, TestContext.Current.CancellationToken);
            foreach (var form in new[] { "docker-archive:", "oci-archive:" })
                await RunAsync("skopeo", ["--insecure-policy", "copy", "-q", form + file, $"dir:{folder.FullName}/{form.Split('-')[0]}"]);
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
        await docker.RunAsync("dockerd", "DK load -q -i in.tar && DK save -o OUT test/app:1", TestContext.Current.CancellationToken);
        var after = await Images.AnalyzeFileAsync(docker.Output);
        Assert.Equal((6000, 0), (after.Tree.Ledger.DiskBytes, after.Tree.Ledger.WastedBytes));
        AssertSame(before, after);
    }

    [Theory]
    [InlineData("c-chown-naive.docker.tar")]
    [InlineData("d-mv-naive.oci-gz.tar")]
    public async Task Real_images_unpack_to_the_same_tree(string archive)
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Corpus, archive)), $"No {archive} in {Corpus}; scripts/test.sh builds it where ../shared is there.");
        Assert.SkipUnless(File.Exists("/usr/bin/umoci") && File.Exists("/usr/bin/skopeo"), "umoci and skopeo are not installed; scripts/test.sh installs them.");
        var folder = Directory.CreateTempSubdirectory("insight-optimized-");
        try
        {
            var source = Path.Combine(Corpus, archive);
            var target = Path.Combine(folder.FullName, "o.tar");
            long wasted;
            using (var opened = await ImageArchive.OpenAsync(source, folder.FullName, new AnalysisOptions(), TestContext.Current.CancellationToken))
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

    private static ArchiveBuilder Sample() => new ArchiveBuilder().WithLayer(l => l.File("a", 5000).File("b", 10)).WithLayer(l => l.File("a", 6000).Whiteout("b"));

    private static void AssertSame(ImageAnalysis before, ImageAnalysis after)
    {
        Assert.Equal(
            before.Tree.VisibleEntries().Select(e => JsonSerializer.Serialize(e)),
            after.Tree.VisibleEntries().Select(e => JsonSerializer.Serialize(e)));
        Assert.Equal(before.Facts.History, after.Facts.History);
        Assert.Equal(before.Facts.Environment, after.Facts.Environment);
        Assert.Equal(before.Facts.Tags, after.Facts.Tags);
        Assert.Equal(before.Facts.Layers.Select(l => l.Instruction), after.Facts.Layers.Select(l => l.Instruction));
        Assert.Equal(before.Tree.Ledger.VisibleBytes, after.Tree.Ledger.DiskBytes);
    }

    private static async Task<(ImageAnalysis Before, ImageAnalysis After)> RewriteAsync(byte[] archive, Func<Finding, bool>? ticked = null)
    {
        var (before, bytes) = await OptimizeAsync(archive, ticked);
        return (before, await Images.AnalyzeAsync(bytes));
    }

    private static async Task<(ImageAnalysis Analysis, byte[] Bytes)> OptimizeAsync(byte[] archive, Func<Finding, bool>? ticked = null)
    {
        using var file = new TemporaryFile(archive);
        using var opened = await ImageArchive.OpenAsync(file.Path, Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
        using var target = new MemoryStream();
        return (await WriteAsync(opened, target, ticked ?? (_ => false)), target.ToArray());
    }

    private static async Task<ImageAnalysis> WriteAsync(ImageArchive opened, Stream target, Func<Finding, bool> ticked)
    {
        var options = new AnalysisOptions();
        var analysis = await new ImageAnalyzer(options).AnalyzeAsync(opened, opened.Images[0], null, TestContext.Current.CancellationToken);
        await new OptimizedImage(opened, opened.Images[0], analysis.Tree, analysis.Findings.Where(ticked).Select(f => f.Bodies), options, TestContext.Current.CancellationToken)
            .WriteAsync(target, TestContext.Current.CancellationToken);
        return analysis;
    }

    /// <summary>
    /// What umoci makes of an image, path by path: type, owner, mode, link, time, size and content. Times of directories
    /// that no layer has are those of the unpacking, so directories go without.
    /// </summary>
    private static async Task<List<string>> ListAsync(string image, string folder)
    {
        await RunAsync("skopeo", ["--insecure-policy", "copy", "-q", image, $"oci:{folder}.oci:x"]);
        await RunAsync("umoci", ["unpack", "--keep-dirlinks", "--image", $"{folder}.oci:x", folder]);
        var listed = await RunAsync(
            "bash",
            ["-c", "cd \"$1/rootfs\" && { find . -type d -printf '%p %y %U:%G %m\\n'; find . ! -type d -printf '%p %y %U:%G %m %l %T@ %s %n\\n'; find . -type f -exec sha256sum {} +; } | LC_ALL=C sort", "-", folder]);
        await RunAsync("rm", ["-rf", folder, folder + ".oci"]);
        return [.. listed.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors}");
        return await output;
    }
}
