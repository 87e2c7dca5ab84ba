using System.Text;
using System.Text.Json.Nodes;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Analysis.Tests.Sources;

public sealed class DockerArchiveTests
{
    private static readonly byte[] A = LayoutBuilder.LayerOf("a");
    private static readonly byte[] B = LayoutBuilder.LayerOf("b");

    [Fact]
    public async Task Layers_are_in_the_manifests_order_wherever_they_stand()
    {
        var archive = new LayerBuilder().File("2.tar", B).File("manifest.json", Manifest("c.json", "1.tar", "2.tar"))
            .File("1.tar", A).File("c.json", Config(A, B)).ToArray();
        Assert.Equal([A, B], await LayersAsync(archive));
    }

    [Fact]
    public async Task Keys_match_whatever_their_case()
    {
        // jib before 2.3.
        var archive = new LayerBuilder()
            .File("config.json", """{"OS":"linux","Architecture":"arm64","rootfS":{"diff_IDs":["DIFF"]}}""".Replace(
                "DIFF", ArchiveBuilder.Sha(A), StringComparison.Ordinal).Utf8())
            .File("x.tar.gz", ArchiveBuilder.Gzip(A))
            .File("manifest.json",
                """[{"config":"config.json","repoTags":["app:1"],"layers":["x.tar.gz"]}]"""u8.ToArray()).ToArray();
        using var opened = await OpenAsync(archive);
        var image = Assert.Single(opened.Images);
        Assert.Equal(("linux/arm64", "app:1"), (image.Platform!.ToString(), Assert.Single(image.Tags)));
        Assert.Equal([A], await LayersAsync(archive));
    }

    [Theory]
    [InlineData("HEX.json")]
    [InlineData("sha256:HEX")]
    [InlineData("config.json")]
    [InlineData("blobs/sha256/HEX")]
    [InlineData("./config.json")]
    [InlineData("/config.json")]
    [InlineData("ünïcode/设置.json")]
    public async Task A_config_may_be_called_anything(string name)
    {
        var config = Config(A);
        name = name.Replace("HEX", ArchiveBuilder.Sha(config)[7..], StringComparison.Ordinal);
        var archive = new LayerBuilder().File(name, config).File("l.tar", A)
            .File("manifest.json", Manifest(name, "l.tar")).ToArray();
        Assert.Equal(ArchiveBuilder.Sha(config), (await Images.AnalyzeAsync(archive)).Facts.ConfigDigest.ToString());
    }

    [Fact]
    public async Task A_config_is_known_by_its_bytes_not_by_its_name()
    {
        var archive = new LayerBuilder().File(new string('0', 64) + ".json", Config(A)).File("l.tar", A)
            .File("manifest.json", Manifest(new string('0', 64) + ".json", "l.tar")).ToArray();
        Assert.Equal(ArchiveBuilder.Sha(Config(A)), (await Images.AnalyzeAsync(archive)).Facts.ConfigDigest.ToString());
    }

    [Fact]
    public async Task A_layer_may_be_a_link_to_another_file_of_the_archive()
    {
        var archive = new LayerBuilder().File("c.json", Config(A, A, B, B, A))
            .Symlink("x/layer.tar", "../y/layer.tar").File("y/layer.tar", A)
            .HardLink("z/layer.tar", "b.tar").File("b.tar", B)
            .Symlink("w/layer.tar", "../z/layer.tar").Symlink("v/layer.tar", "/x/../x/layer.tar")
            .File("manifest.json", Manifest(
                "c.json", "x/layer.tar", "y/layer.tar", "z/layer.tar", "w/layer.tar", "v/layer.tar")).ToArray();
        Assert.Equal([A, A, B, B, A], await LayersAsync(archive));
    }

    [Theory]
    [InlineData("x/layer.tar")]
    [InlineData("nowhere")]
    [InlineData("../../../../etc/passwd")]
    public async Task A_link_that_leads_nowhere_in_the_archive_is_a_missing_layer(string target)
    {
        var archive = new LayerBuilder().File("c.json", Config(A)).Symlink("x/layer.tar", "../" + target)
            .File("manifest.json", Manifest("c.json", "x/layer.tar")).ToArray();
        var failure = await Images.FailsAsync(archive);
        Assert.Equal(ImageErrors.BlobMissing, failure.Code);
        Assert.Contains("x/layer.tar", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_image_may_have_many_tags_or_none_and_odd_ones()
    {
        var archive = new LayerBuilder().File("c.json", Config(A)).File("d.json", Config(B)).File("a.tar", A)
            .File("b.tar", B)
            .File("manifest.json", """
            [{"Config":"c.json","RepoTags":["app:1","app:2","app:1",null,""],"Layers":["a.tar"]},
             {"Config":"d.json","RepoTags":null,"Layers":["b.tar"]},
             {"Config":"c.json","RepoTags":["no tag \u0000 at all :: \ud83d\ude00"],"Layers":["a.tar"]}]
            """u8.ToArray()).ToArray();
        using var opened = await OpenAsync(archive);
        Assert.Equal([["app:1", "app:2", "no tag \0 at all :: \U0001f600"], []], opened.Images.Select(i => i.Tags));
    }

    [Fact]
    public async Task One_image_that_is_broken_leaves_the_others()
    {
        var archive = new LayerBuilder().File("c.json", Config(A)).File("bad.json", "{}"u8.ToArray()).File("a.tar", A)
            .File("manifest.json", """
            [{"Config":"bad.json","RepoTags":["bad"],"Layers":[]},{"RepoTags":["none"]},
             {"Config":"gone.json","Layers":[]},{"Config":"c.json","Layers":["gone.tar"]},
             {"Config":"c.json","Layers":["a.tar"]}]
            """u8.ToArray()).ToArray();
        using var opened = await OpenAsync(archive);
        Assert.Equal(
            [ImageErrors.ManifestInvalid, ImageErrors.ManifestInvalid, ImageErrors.BlobMissing, ImageErrors.BlobMissing,
                null],
            opened.Images.Select(i => i.Error?.Code));
        Assert.Contains("rootfs.diff_ids", opened.Images[0].Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", ImageErrors.ManifestInvalid, "manifest.json is null")]
    [InlineData("[]", ImageErrors.NotAnImage, "lists no image")]
    [InlineData("[null]", ImageErrors.ManifestInvalid, "lists null")]
    [InlineData("[{\"Layers\":[],\"layers\":[]}]", ImageErrors.ManifestInvalid, "Duplicate")]
    [InlineData("[{\"Config\":\"half a surrogate \\ud800\",\"Layers\":[]}]", ImageErrors.ManifestInvalid,
        "not the JSON it should be")]
    public async Task A_manifest_without_an_image_is_refused(string manifest, string code, string message)
    {
        var failure = await Images.FailsAsync(new LayerBuilder().File("manifest.json", manifest.Utf8()).ToArray());
        Assert.Equal(code, failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_archive_of_Docker_before_1_10_is_told_what_it_is()
    {
        var failure = await Images.FailsAsync(new LayerBuilder()
            .File("repositories", """{"app":{"1":"abc"}}"""u8.ToArray()).File("abc/layer.tar", A).ToArray());
        Assert.Equal(ImageErrors.Unsupported, failure.Code);
        Assert.Contains("Docker before 1.10", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_layer_may_be_left_out_and_another_may_not()
    {
        byte[] Archive(string mediaType) => new LayerBuilder().File("c.json", Config(A, B)).File("a.tar", A)
            .File("manifest.json", new JsonArray(new JsonObject
            {
                ["Config"] = "c.json",
                ["Layers"] = new JsonArray("a.tar", "b.tar"),
                ["LayerSources"] = new JsonObject
                {
                    [ArchiveBuilder.Sha(B)] = new JsonObject
                    {
                        ["mediaType"] = mediaType,
                        ["size"] = 123,
                        ["digest"] = ArchiveBuilder.Sha("x"u8.ToArray())
                    },
                },
            }).ToJsonString().Utf8()).ToArray();

        var layers = (await Images.AnalyzeAsync(
            Archive("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"))).Facts.Layers;
        Assert.Equal([true, false], layers.Select(l => l.Layer.ContentKnown));
        Assert.Equal(123, layers[1].Blob.PullBytes);
        Assert.Equal(ImageErrors.BlobMissing,
            (await Images.FailsAsync(Archive("application/vnd.docker.image.rootfs.diff.tar.gzip"))).Code);
    }

    [Fact]
    public async Task Layers_may_be_empty_and_there_may_be_none()
    {
        var (nothing, block, two) = (Array.Empty<byte>(), new byte[512], new byte[1024]);
        var archive = new LayerBuilder().File("c.json", Config(nothing, block, two)).File("0", nothing)
            .File("512", block).File("1024", two)
            .File("manifest.json", Manifest("c.json", "0", "512", "1024")).ToArray();
        Assert.Equal([nothing, block, two], await LayersAsync(archive));
        Assert.Empty(await LayersAsync(
            new LayerBuilder().File("c.json", Config()).File("manifest.json", Manifest("c.json")).ToArray()));
    }

    [Fact]
    public async Task An_archive_is_unpacked_once_outside_and_once_for_each_layer_and_no_further()
    {
        var noise = new byte[5000];
        new Random(1).NextBytes(noise);
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", noise));
        Assert.Equal(5000,
            (await Images.AnalyzeAsync(
                ArchiveBuilder.Gzip(image.DockerArchive(ArchiveBuilder.Gzip)))).Tree.Ledger.VisibleBytes);
        Assert.Equal(ImageErrors.NotATar,
            (await Images.FailsAsync(ArchiveBuilder.Gzip(ArchiveBuilder.Gzip(image.DockerArchive())))).Code);
        Assert.Equal(
            ImageErrors.LayerInvalid,
            (await Images.FailsAsync(image.DockerArchive(l => ArchiveBuilder.Gzip(ArchiveBuilder.Gzip(l))))).Code);
    }

    [Fact]
    public async Task A_folder_that_skopeo_or_podman_wrote_is_read_from_its_tar()
    {
        // dir: manifest.json is the manifest itself, blobs are named by their hex alone.
        var (config, blob) = (Config(A), ArchiveBuilder.Gzip(A));
        var manifest = LayoutBuilder.ManifestOf(
            Descriptor(config, LayoutBuilder.Config), Descriptor(blob, LayoutBuilder.Layer + "+gzip"));
        var archive = new LayerBuilder().File("./" + ArchiveBuilder.Sha(config)[7..], config)
            .File("./" + ArchiveBuilder.Sha(blob)[7..], blob)
            .File("./manifest.json", manifest.ToJsonString().Utf8())
            .File("./version", "Directory Transport Version: 1.1\n"u8.ToArray()).ToArray();
        Assert.Equal(ArchiveBuilder.Sha(config), (await Images.AnalyzeAsync(archive)).Facts.ConfigDigest.ToString());
        Assert.Equal([A], await LayersAsync(archive));
    }

    [Fact]
    public async Task Such_a_folder_may_hold_all_platforms()
    {
        var config = Config(A);
        var manifest = LayoutBuilder.ManifestOf(
            Descriptor(config, LayoutBuilder.Config), Descriptor(A, LayoutBuilder.Layer)).ToJsonString().Utf8();
        var list = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray(
            Descriptor(manifest, LayoutBuilder.Manifest))
        };
        var archive = new LayerBuilder().File(ArchiveBuilder.Sha(config)[7..], config)
            .File(ArchiveBuilder.Sha(A)[7..], A)
            .File(ArchiveBuilder.Sha(manifest)[7..] + ".manifest.json", manifest)
            .File("manifest.json", list.ToJsonString().Utf8()).ToArray();
        Assert.Equal([A], await LayersAsync(archive));
    }

    [Theory]
    [InlineData("image/index.json", "tar what is in that folder")]
    [InlineData("image/manifest.json", "tar what is in that folder")]
    [InlineData(".dockerenv", "docker save")]
    public async Task What_is_nearly_an_image_is_told_how_to_become_one(string file, string hint)
    {
        var failure = await Images.FailsAsync(new LayerBuilder().File(file, "{}"u8.ToArray()).ToArray());
        Assert.Equal(ImageErrors.NotAnImage, failure.Code);
        Assert.Contains(hint, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sparse_file_of_the_archive_is_refused_by_name()
    {
        var map = new byte[512];
        "1\n0\n1\n"u8.CopyTo(map);
        var archive = new LayerBuilder().File("c.json", Config(A))
            .File("l.tar", [.. map, .. new byte[512]], pax: [
                ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "l.tar"),
                ("GNU.sparse.realsize", "9999")
            ])
            .File("manifest.json", Manifest("c.json", "l.tar")).ToArray();
        var failure = await Images.FailsAsync(archive);
        Assert.Equal(ImageErrors.Unsupported, failure.Code);
        Assert.Contains("--sparse", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_is_not_UTF_8_is_shown_with_replacements()
    {
        var config = Encoding.Latin1.GetBytes(
            Encoding.UTF8.GetString(
                Config(A))[..^1] + ",\"history\":[{\"created_by\":\"RUN echo \u00e9\",\"empty_layer\":null}]}");
        var archive = new LayerBuilder().File("c.json", config).File("a.tar", A)
            .File("manifest.json", Manifest("c.json", "a.tar")).ToArray();
        var facts = (await Images.AnalyzeAsync(archive)).Facts;
        Assert.Equal("RUN echo \ufffd", facts.Layers[0].Instruction);
        Assert.Equal(ArchiveBuilder.Sha(config), facts.ConfigDigest.ToString());
    }

    private static byte[] Config(params byte[][] layers) =>
        LayoutBuilder.ConfigOf("amd64", [.. layers.Select(ArchiveBuilder.Sha)]).ToJsonString().Utf8();

    private static byte[] Manifest(string config, params string[] layers) => new JsonArray(new JsonObject
    {
        ["Config"] = config,
        ["RepoTags"] = new JsonArray("app:1"),
        ["Layers"] = new JsonArray([.. layers.Select(l => (JsonNode)l)]),
    }).ToJsonString().Utf8();

    private static JsonObject Descriptor(byte[] blob, string mediaType) =>
        new() { ["mediaType"] = mediaType, ["digest"] = ArchiveBuilder.Sha(blob), ["size"] = blob.Length };

    private static async Task<ImageArchive> OpenAsync(byte[] archive)
    {
        using var file = new TemporaryFile(archive);
        return await ImageArchive.OpenAsync(
            file.Path, Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
    }

    /// <summary>The layers as analysed, in order, by their diffIDs.</summary>
    private static async Task<List<byte[]>> LayersAsync(byte[] archive)
    {
        var known = new[] { A, B, [], new byte[512], new byte[1024] }.ToDictionary(ArchiveBuilder.Sha);
        return [.. (await Images.AnalyzeAsync(archive)).Facts.Layers.Select(l => known[l.Layer.DiffId.ToString()])];
    }
}

internal static class Text
{
    public static byte[] Utf8(this string text) => Encoding.UTF8.GetBytes(text);
}
