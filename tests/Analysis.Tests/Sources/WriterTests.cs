namespace ImageInsight.Analysis.Tests.Sources;

/// <summary>One image in every form that the writers on this machine know: the analysis is the same.</summary>
public sealed class WriterTests
{
    public enum Config
    {
        Kept,
        Rewritten,
    }

    /// <summary>
    /// Shell commands that make OUT of in.tar, what the writer does to the config, and the tags it writes.
    /// </summary>
    public static TheoryData<string, Config, string, string> Forms => new()
    {
        { "skopeo", Config.Kept, "docker.io/test/app:1",
            "SK copy docker-archive:in.tar docker-archive:OUT:test/app:1" },
        { "skopeo", Config.Rewritten, "test/app:1", "SK copy docker-archive:in.tar oci-archive:OUT:test/app:1" },
        { "skopeo", Config.Kept, "", "SK copy --format v2s2 docker-archive:in.tar oci-archive:OUT" },
        { "skopeo", Config.Rewritten, "", "SK copy --dest-compress-format gzip docker-archive:in.tar oci-archive:OUT" },
        { "skopeo", Config.Rewritten, "", "SK copy --dest-compress-format zstd docker-archive:in.tar oci-archive:OUT" },
        { "skopeo", Config.Rewritten, "",
            "SK copy --dest-oci-accept-uncompressed-layers docker-archive:in.tar oci-archive:OUT" },
        { "skopeo", Config.Rewritten, "1 2",
            "SK copy docker-archive:in.tar oci:layout:1 && SK copy docker-archive:in.tar oci:layout:2 && tar -C "
                + "layout -cf OUT ." },
        { "skopeo", Config.Rewritten, "1",
            "SK copy docker-archive:in.tar oci:layout:1 && tar -C layout -cf OUT index.json oci-layout blobs" },
        { "skopeo", Config.Rewritten, "1",
            "SK copy docker-archive:in.tar oci:layout:1 && tar -C layout -c --format=pax . | zstd -q > OUT" },
        { "skopeo", Config.Rewritten, "1",
            "SK copy docker-archive:in.tar oci:layout:1 && tar -C layout -c --format=v7 . | xz > OUT" },
        { "skopeo", Config.Kept, "", "SK copy docker-archive:in.tar dir:dir && tar -C dir -cf OUT ." },
        { "skopeo", Config.Kept, "",
            "SK copy --dest-compress docker-archive:in.tar dir:dir && tar -C dir -c . | bzip2 > OUT" },
        { "skopeo", Config.Rewritten, "",
            "SK copy --format oci --dest-compress --dest-compress-format zstd docker-archive:in.tar dir:dir && tar -C "
                + "dir -c . | gzip > OUT" },
        { "buildah", Config.Kept, "docker.io/test/app:1",
            "BU pull -q docker-archive:in.tar && BU push -q test/app:1 docker-archive:OUT:test/app:1" },
        { "buildah", Config.Rewritten, "test/app:1",
            "BU pull -q docker-archive:in.tar && BU push -q test/app:1 oci-archive:OUT:test/app:1" },
        { "buildah", Config.Kept, "",
            "BU pull -q docker-archive:in.tar && BU push -q --format v2s2 test/app:1 oci-archive:OUT" },
        { "buildah", Config.Kept, "",
            "BU pull -q docker-archive:in.tar && BU push -q --disable-compression test/app:1 dir:dir && tar -C dir "
                + "-cf OUT ." },
        { "podman", Config.Kept, "docker.io/test/app:1", "PL && PO save -q -o OUT test/app:1" },
        { "podman", Config.Rewritten, "docker.io/test/app:1",
            "PL && PO save -q --format oci-archive -o OUT test/app:1" },
        { "podman", Config.Kept, "", "PL && PO save -q --format docker-dir -o dir test/app:1 && tar -C dir -cf OUT ." },
        { "podman", Config.Kept, "",
            "PL && PO save -q --compress --format docker-dir -o dir test/app:1 && tar -C dir -cf OUT ." },
        { "podman", Config.Rewritten, "docker.io/test/app:1",
            "PL && PO save -q --format oci-dir -o dir test/app:1 && tar -C dir -cf OUT ." },
        { "podman", Config.Kept, "docker.io/test/app:1 docker.io/test/other:2",
            "PL && PO tag test/app:1 docker.io/test/other:2 && PO save -q -m -o OUT test/app:1 "
                + "docker.io/test/other:2" },
        { "umoci", Config.Rewritten, "1 2",
            "SK copy docker-archive:in.tar oci:layout:1 && umoci tag --image layout:1 2 && umoci gc --layout layout "
                + "&& tar -C layout -cf OUT ." },
        { "dockerd", Config.Kept, "test/app:1", "DK load -q -i in.tar && DK save -o OUT test/app:1" },
        { "dockerd", Config.Kept, "test/app:1 test/other:2",
            "DK load -q -i in.tar && DK tag test/app:1 test/other:2 && DK save test/app:1 test/other:2 | gzip > OUT" },
        { "containerd", Config.Kept, "test/app:1",
            "CT images import --no-unpack in.tar && CT images export OUT docker.io/test/app:1" },
        { "containerd", Config.Kept, "docker.io/test/app:1",
            "CT images import --no-unpack --compress-blobs in.tar && CT images export --skip-manifest-json OUT "
                + "docker.io/test/app:1" },
    };

    /// <summary>
    /// x-duplayer has six layers, one of them three times over; the writers that unpack into a store of whole copies
    /// get the image with one layer, of another platform. Each takes seconds.
    /// </summary>
    public static TheoryData<string, Config, string, string> FormsOfRealImages => new()
    {
        { "skopeo", Config.Kept, "x-duplayer", "SK copy docker-archive:in.tar docker-archive:OUT:test/app:1" },
        { "skopeo", Config.Rewritten, "x-duplayer",
            "SK copy --dest-compress-format zstd docker-archive:in.tar oci-archive:OUT" },
        { "containerd", Config.Kept, "x-duplayer",
            "CT images import --no-unpack in.tar && CT images export OUT docker.io/corpus/x-duplayer:latest" },
        { "podman", Config.Rewritten, "base-slim-arm64",
            "PL && PO save -q --format oci-archive -o OUT corpus/base-slim-arm64" },
        { "dockerd", Config.Kept, "base-slim-arm64", "DK load -q -i in.tar && DK save -o OUT corpus/base-slim-arm64" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_analysis_is_the_same_whoever_wrote_the_archive(
        string writer, Config config, string tags, string command)
    {
        using var writers = new Writers();
        await File.WriteAllBytesAsync(writers.Input, Image.DockerArchive(), TestContext.Current.CancellationToken);
        await writers.RunAsync(writer, command, TestContext.Current.CancellationToken);
        var (expected, actual) =
            (await Images.AnalyzeFileAsync(writers.Input), await Images.AnalyzeFileAsync(writers.Output));
        AssertSame(expected, actual, config);
        Assert.Equal(tags.Split(' ', StringSplitOptions.RemoveEmptyEntries), actual.Facts.Tags);
        Assert.NotEmpty(actual.Findings);
        Assert.NotEqual(0, actual.Tree.Ledger.WastedBytes);
    }

    [Theory]
    [MemberData(nameof(FormsOfRealImages))]
    public async Task A_real_image_is_the_same_whoever_wrote_it(
        string writer, Config config, string name, string command)
    {
        var corpus = Environment.GetEnvironmentVariable("CORPUS") is { Length: > 0 } folder ? folder : "/tmp/corpus";
        var image = Path.Combine(corpus, "images", name + ".docker.tar");
        Assert.SkipUnless(File.Exists(image), $"No {image}; scripts/test.sh builds it where ../shared is there.");
        using var writers = new Writers();
        File.CreateSymbolicLink(writers.Input, image);
        await writers.RunAsync(writer, command, TestContext.Current.CancellationToken);
        AssertSame(await Images.AnalyzeFileAsync(image), await Images.AnalyzeFileAsync(writers.Output), config);
    }

    private static void AssertSame(ImageAnalysis expected, ImageAnalysis actual, Config config)
    {
        Assert.Equal(config == Config.Kept, expected.Facts.ConfigDigest == actual.Facts.ConfigDigest);
        Assert.Equal(expected.Facts.Platform, actual.Facts.Platform);
        Assert.Equal(expected.Facts.Environment, actual.Facts.Environment);
        Assert.Equal(expected.Facts.History, actual.Facts.History);
        Assert.Equal(expected.Facts.Layers.Select(l => l.Layer.DiffId),
            actual.Facts.Layers.Select(l => l.Layer.DiffId));
        Assert.Equal(expected.Facts.Layers.Select(l => l.Instruction), actual.Facts.Layers.Select(l => l.Instruction));
        Assert.Equal(expected.Tree.Ledger, actual.Tree.Ledger);
        Assert.Equal(expected.Tree.VisibleEntries(), actual.Tree.VisibleEntries());
        Assert.Equal(
            expected.Findings.Select(f => (f.Id, f.DiskBytes, f.Title)),
            actual.Findings.Select(f => (f.Id, f.DiskBytes, f.Title)));
        foreach (var (before, after) in expected.Facts.Layers.Zip(actual.Facts.Layers))
        {
            Assert.Equal(after.Blob.PullBytes, after.Blob.Shares.Sum() + after.Blob.Tail);
            // The same blob costs the same to pull; another compression is measured by its own bytes.
            if (before.Blob.Digest == after.Blob.Digest)
                Assert.Equal((before.Blob.PullBytes, before.Blob.PullEstimated),
                    (after.Blob.PullBytes, after.Blob.PullEstimated));
            else
                Assert.Equal((after.Blob.Size, false), (after.Blob.PullBytes, after.Blob.PullEstimated));
        }
    }

    private static ArchiveBuilder Image =>
        new ArchiveBuilder { Tag = "docker.io/test/app:1", Environment = ["PATH=/bin"] }
        .WithLayer(l => l.Directory("etc").File("etc/a", 100_000).File("etc/b", 200_000, 'y').Symlink("link", "etc")
            .HardLink("hard", "etc/a"), "ADD rootfs /")
        .WithLayer(l => l.File("etc/a", 100_000, mode: 0x1ff).Whiteout("etc/b"), "RUN chmod 777 /etc/a; rm /etc/b")
        .WithEmptyHistory("CMD [\"sh\"]")
        .WithLayer(l => l.File("srv/.git/config", 5000).Directory("opaque").File("opaque/new", 50)
            .Opaque("opaque"), "COPY . /srv");
}
