using System.IO.Compression;
using System.Text;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>Small image archives of every form.</summary>
internal static class ArchiveSeeds
{
    public static IReadOnlyList<FuzzArchive> All { get; } =
        [.. Create().Concat(FuzzSeed.Files("images").Select(Unpacked)).Select(FuzzArchive.Read).OfType<FuzzArchive>()];

    private static ArchiveBuilder Image(string tag, string architecture = "amd64") => new ArchiveBuilder
    {
        Tag = tag,
        Architecture = architecture,
        Environment = ["PATH=/usr/bin:/bin", "NODE_ENV=production"],
    }
    .WithLayer(l => l.Directory("d").File("d/a", 700).File("d/b", 3)
        .Symlink("s", "d"), "/bin/sh -c #(nop) ADD file:12ab in / ")
    .WithEmptyHistory("CMD [\"sh\"]")
    .WithLayer(l => l.File("s/a", 900, 'y').Whiteout("d/b").HardLink("h", "d/a"), "RUN /bin/sh -c make # buildkit");

    private static IEnumerable<FuzzSeed> Create()
    {
        yield return new FuzzSeed("docker", Image("test/app:1").DockerArchive());
        yield return new FuzzSeed("docker-gz", Image("test/app:1").DockerArchive(ArchiveBuilder.Gzip));
        var both = ArchiveBuilder.OciLayout(
            ArchiveBuilder.Gzip, "application/vnd.oci.image.layer.v1.tar+gzip", Image("test/app:1"),
            Image("test/app:2", "arm64"));
        yield return new FuzzSeed("oci-two", both);
        yield return new FuzzSeed(
            "oci-zstd", ArchiveBuilder.OciLayout(
                TarSeeds.Zstd, "application/vnd.oci.image.layer.v1.tar+zstd", Image("a")));
        yield return new FuzzSeed(
            "oci-plain", ArchiveBuilder.OciLayout(b => b, "application/vnd.oci.image.layer.v1.tar", Image("a")));
        yield return new FuzzSeed(
            "docker-25",
            [.. Image("test/app:1").DockerArchive()[..^1024], .. ArchiveBuilder.OciLayout(
                b => b, "application/vnd.oci.image.layer.v1.tar", Image("a"))]);
        yield return new FuzzSeed("nested", Nested(both));
    }

    /// <summary>The index of an index, with an attestation beside it.</summary>
    private static byte[] Nested(byte[] layout)
    {
        var files = new Dictionary<string, byte[]>();
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(layout));
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            var body = new MemoryStream();
            entry.DataStream?.CopyTo(body);
            files[entry.Name] = body.ToArray();
        }

        var inner = files["index.json"];
        var digest = ArchiveBuilder.Sha(inner);
        files["blobs/sha256/" + digest["sha256:".Length..]] = inner;
        files["index.json"] = Encoding.UTF8.GetBytes(
            $$$"""
            {"schemaVersion":2,"manifests":[
            {"mediaType":"application/vnd.oci.image.index.v1+json","digest":"{{{digest}}}","size":{{{inner.Length}}}},
            {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{digest}}}","size":{{{inner.Length}}},
             "platform":{"os":"unknown","architecture":"unknown"},
             "annotations":{"vnd.docker.reference.type":"attestation-manifest"}}]}
            """);
        var tar = new LayerBuilder();
        foreach (var (name, bytes) in files)
            tar.File(name, bytes);
        return tar.ToArray();
    }

    private static FuzzSeed Unpacked(FuzzSeed file)
    {
        if (!file.Name.EndsWith(".gz", StringComparison.Ordinal))
            return file;
        using var gzip = new GZipStream(new MemoryStream(file.Bytes), CompressionMode.Decompress);
        var tar = new MemoryStream();
        gzip.CopyTo(tar);
        return new FuzzSeed(file.Name, tar.ToArray());
    }
}
