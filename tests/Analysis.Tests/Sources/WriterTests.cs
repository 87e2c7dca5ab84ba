using System.Diagnostics;

namespace ImageInsight.Analysis.Tests.Sources;

/// <summary>One image in every form that the writers on this machine know: the analysis is the same.</summary>
public sealed class WriterTests
{
    /// <summary>Shell commands that make OUT, in a scratch folder, of in.tar; SK, BU and PO are skopeo, buildah and podman with stores of their own.</summary>
    public static TheoryData<string, string> Forms => new()
    {
        { "skopeo", "SK copy docker-archive:in.tar docker-archive:OUT:test/app:1" },
        { "skopeo", "SK copy docker-archive:in.tar oci-archive:OUT:test/app:1" },
        { "skopeo", "SK copy --format v2s2 docker-archive:in.tar oci-archive:OUT" },
        { "skopeo", "SK copy --dest-compress-format zstd docker-archive:in.tar oci-archive:OUT" },
        { "skopeo", "SK copy docker-archive:in.tar oci:layout:1 && SK copy docker-archive:in.tar oci:layout:2 && tar -C layout -cf OUT ." },
        { "skopeo", "SK copy docker-archive:in.tar oci:layout:1 && tar -C layout -cf OUT index.json oci-layout blobs" },
        { "skopeo", "SK copy docker-archive:in.tar oci:layout:1 && tar -C layout -c --format=pax . | zstd -q > OUT" },
        { "skopeo", "SK copy docker-archive:in.tar oci:layout:1 && tar -C layout -c --format=v7 . | xz > OUT" },
        { "buildah", "BU pull -q docker-archive:in.tar && BU push -q test/app:1 docker-archive:OUT:test/app:1" },
        { "buildah", "BU pull -q docker-archive:in.tar && BU push -q test/app:1 oci-archive:OUT:test/app:1" },
        { "buildah", "BU pull -q docker-archive:in.tar && BU push -q --format v2s2 test/app:1 oci-archive:OUT" },
        { "podman", "PO load -q --signature-policy policy.json -i in.tar && PO save -q -o OUT test/app:1" },
        { "podman", "PO load -q --signature-policy policy.json -i in.tar && PO save -q --format oci-archive -o OUT test/app:1" },
        { "podman", "PO load -q --signature-policy policy.json -i in.tar && PO save -q --compress --format docker-dir -o dir test/app:1 && SK copy dir:dir oci-archive:OUT" },
        { "podman", "PO load -q --signature-policy policy.json -i in.tar && PO tag test/app:1 test/other:2 && PO save -q -m -o OUT test/app:1 test/other:2" },
        { "umoci", "SK copy docker-archive:in.tar oci:layout:1 && umoci tag --image layout:1 2 && umoci gc --layout layout && tar -C layout -cf OUT ." },
        { "dockerd", "false" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_analysis_is_the_same_whoever_wrote_the_archive(string writer, string command)
    {
        Assert.SkipWhen(!Exists(writer), $"{writer} is not installed.");
        Assert.SkipWhen(writer == "dockerd", "docker save needs a running dockerd.");
        var folder = Directory.CreateTempSubdirectory("insight-writer.");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "in.tar"), Image.DockerArchive(), TestContext.Current.CancellationToken);
            await RunAsync(folder.FullName, command);
            var expected = await Images.AnalyzeFileAsync(Path.Combine(folder.FullName, "in.tar"));
            var actual = await Images.AnalyzeFileAsync(Path.Combine(folder.FullName, "OUT"));
            Assert.Equal(expected.Facts.Layers.Select(l => l.Layer.DiffId), actual.Facts.Layers.Select(l => l.Layer.DiffId));
            Assert.Equal(expected.Facts.Layers.Select(l => l.Instruction), actual.Facts.Layers.Select(l => l.Instruction));
            Assert.Equal(expected.Facts.Platform, actual.Facts.Platform);
            Assert.Equal(expected.Facts.Environment, actual.Facts.Environment);
            Assert.Equal(expected.Tree.Ledger, actual.Tree.Ledger);
            Assert.Equal(expected.Tree.VisibleEntries(), actual.Tree.VisibleEntries());
            Assert.Equal(expected.Findings.Select(f => (f.Id, f.DiskBytes)), actual.Findings.Select(f => (f.Id, f.DiskBytes)));
            Assert.NotEmpty(actual.Findings);
            Assert.All(actual.Facts.Layers, l => Assert.Equal(l.Blob.PullBytes, l.Blob.Shares.Sum() + l.Blob.Tail));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ArchiveBuilder Image => new ArchiveBuilder { Tag = "docker.io/test/app:1", Environment = ["PATH=/bin"] }
        .WithLayer(l => l.Directory("etc").File("etc/a", 100_000).File("etc/b", 200_000, 'y').Symlink("link", "etc").HardLink("hard", "etc/a"), "ADD rootfs /")
        .WithLayer(l => l.File("etc/a", 100_000, mode: 0x1ff).Whiteout("etc/b"), "RUN chmod 777 /etc/a; rm /etc/b")
        .WithEmptyHistory("CMD [\"sh\"]")
        .WithLayer(l => l.File("srv/.git/config", 5000).Directory("opaque").File("opaque/new", 50).Opaque("opaque"), "COPY . /srv");

    private static bool Exists(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static async Task RunAsync(string folder, string command)
    {
        var script = "SK() { skopeo --insecure-policy \"$@\"; }\n"
            + "BU() { verb=$1; shift; buildah --storage-driver vfs --root $PWD/store --runroot $PWD/run $verb --signature-policy $PWD/policy.json \"$@\"; }\n"
            + "PO() { podman --storage-driver vfs --root $PWD/store --runroot $PWD/run \"$@\"; }\n"
            + command;
        await File.WriteAllTextAsync(Path.Combine(folder, "policy.json"), """{"default":[{"type":"insecureAcceptAnything"}]}""");
        using var process = Process.Start(new ProcessStartInfo("sh") { ArgumentList = { "-c", script }, WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script}\n{await output}{error}");
    }
}
