using System.Text;
using System.Text.Json.Nodes;
using ImageInsight.Analysis.Sources;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Analysis.Tests.Sources;

public sealed class LayoutTests
{
    private readonly LayoutBuilder layout = new();

    [Fact]
    public async Task Every_platform_of_an_index_is_an_image_of_its_own()
    {
        using var archive = await OpenAsync(layout.ToArray(layout.IndexOf(
            layout.Image("a").On("linux", "arm64"), layout.Image("b").On("linux", "amd64")).Named("app:1")));
        Assert.Equal(2, archive.Images.Count);
        Assert.All(archive.Images, i => Assert.Equal(["app:1"], i.Tags));
        Assert.Equal(["/a"], await FilesAsync(archive, 0));
        Assert.Equal(["/b"], await FilesAsync(archive, 1));
    }

    [Fact]
    public async Task An_index_listed_under_two_names_gives_both_to_all_below_it()
    {
        var index = layout.IndexOf(layout.IndexOf(layout.Image("a")), layout.Image("b"));
        using var archive = await OpenAsync(
            layout.ToArray(index.Named("one"), index.Named("two"), layout.Image("b").Named("three")));
        Assert.Equal(["one", "two"], archive.Images[0].Tags);
        Assert.Equal(["one", "two", "three"], archive.Images[1].Tags);
        Assert.Equal(2, archive.Images.Count);
    }

    [Fact]
    public async Task The_same_name_may_stand_at_two_images()
    {
        using var archive = await OpenAsync(
            layout.ToArray(layout.Image("a").Named("app"), layout.Image("b").Named("app")));
        Assert.Equal(["app", "app"], archive.Images.SelectMany(i => i.Tags));
    }

    [Fact]
    public async Task Names_that_manifest_json_gives_are_not_said_again_in_full()
    {
        var layer = LayoutBuilder.LayerOf("a");
        var config = layout.Document(LayoutBuilder.ConfigOf("amd64", ArchiveBuilder.Sha(layer)), LayoutBuilder.Config);
        layout.File("manifest.json", new JsonArray(new JsonObject
        {
            ["Config"] = "blobs/sha256/" + config["digest"]!.ToString()[7..],
            ["RepoTags"] = new JsonArray("app:1", "app:2"),
            ["Layers"] = new JsonArray(LayoutBuilder.NameOf(layer)),
        }).ToJsonString());
        using var archive = await OpenAsync(layout.ToArray(
            layout.Image("a").Named("docker.io/library/app:1", "io.containerd.image.name"),
            layout.Image("a").Named("docker.io/library/app:2", "io.containerd.image.name")));
        Assert.Equal(["app:1", "app:2"], Assert.Single(archive.Images).Tags);
    }

    [Fact]
    public async Task A_whole_reference_is_better_than_its_tag()
    {
        using var archive = await OpenAsync(layout.ToArray(
            layout.Image("a").Named("1").Named("docker.io/library/app:1", "io.containerd.image.name"),
            layout.Image("b").Named("2").Named("", "io.containerd.image.name")));
        Assert.Equal(["docker.io/library/app:1"], archive.Images[0].Tags);
        Assert.Equal(["2"], archive.Images[1].Tags);
    }

    [Theory]
    [InlineData("./")]
    [InlineData("/")]
    [InlineData(".//./x/../")]
    public async Task Names_may_begin_in_other_ways_and_folders_may_be_listed(string prefix)
    {
        layout.Prefix = prefix;
        layout.Directory("blobs").Directory("blobs/sha256");
        using var archive = await OpenAsync(layout.ToArray(layout.Image("a")));
        Assert.Equal(["/a"], await FilesAsync(archive, 0));
    }

    [Fact]
    public async Task Without_the_marker_file_the_index_will_do()
    {
        layout.Version = null;
        Assert.Single((await OpenAsync(layout.ToArray(layout.Image("a")))).Images);
    }

    [Fact]
    public async Task A_layout_of_another_version_is_refused()
    {
        layout.Version = "2.0.0";
        var failure = await Images.FailsAsync(layout.ToArray(layout.Image("a")));
        Assert.Equal(ImageErrors.Unsupported, failure.Code);
        Assert.Contains("2.0.0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attestations_are_counted_once_each_and_passed_over()
    {
        // BuildKit's annotation, its platform, its layers where a copy lost both; cosign's signature.
        var annotated = layout.Image("x").Named("attestation-manifest", "vnd.docker.reference.type")
            .On("unknown", "unknown");
        var platform = layout.Document(
            new JsonObject { ["n"] = 1 }, LayoutBuilder.Manifest, leaveOut: true).On("unknown", "unknown");
        var index = layout.IndexOf(layout.Image("a"), annotated, platform, Statement("application/vnd.in-toto+json"),
            Statement("application/vnd.dev.cosign.simplesigning.v1+json"));
        using var archive = await OpenAsync(layout.ToArray(index.Named("one"), index.Named("two")));
        Assert.Equal(["one", "two"], Assert.Single(archive.Images).Tags);
        Assert.Equal(4, archive.Attestations);
        Assert.Empty(archive.Absent);
    }

    [Fact]
    public async Task An_archive_of_attestations_alone_is_not_an_image()
    {
        var failure = await Images.FailsAsync(layout.ToArray(Statement("application/vnd.in-toto+json")));
        Assert.Equal(ImageErrors.NotAnImage, failure.Code);
        Assert.Contains("1 attestations", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_archive_lists_and_does_not_hold_is_told_and_passed_over()
    {
        var elsewhere = layout.Image("arm", leaveOut: true).On("linux", "arm64");
        using var archive = await OpenAsync(
            layout.ToArray(layout.IndexOf(elsewhere, layout.Image("a").On("linux", "amd64"))));
        Assert.Equal(["/a"], await FilesAsync(archive, Assert.Single(archive.Images)));
        Assert.Contains(elsewhere["digest"]!.ToString(), Assert.Single(archive.Absent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_holds_nothing_of_what_it_lists_is_refused()
    {
        var failure = await Images.FailsAsync(layout.ToArray(layout.IndexOf(layout.Image("a", leaveOut: true))));
        Assert.Equal(ImageErrors.BlobMissing, failure.Code);
        Assert.Contains("not in this archive", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_image_that_is_broken_leaves_the_others()
    {
        var damaged = layout.Image("x", leaveOut: true);
        layout.File(LayoutBuilder.NameOf([])[..^64] + damaged["digest"]!.ToString()[7..], "{}");
        using var archive = await OpenAsync(layout.ToArray(
            damaged.Named("damaged"),
            layout.Image("s").With("digest", "sha512:" + new string('a', 128)),
            layout.Image("y", m => m["layers"]!.AsArray().Clear()).Named("contradictory"),
            layout.Image("a")));
        Assert.Equal(
            [ImageErrors.DigestMismatch, ImageErrors.ManifestInvalid, ImageErrors.ManifestContradictory, null],
            archive.Images.Select(i => i.Error?.Code));
        Assert.Equal(["/a"], await FilesAsync(archive, 3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_size_that_is_not_the_blobs_is_contradictory(int which)
    {
        var manifest = layout.Image("a", m =>
        {
            if (which == 0)
                m["config"]!["size"] = 7;
            else if (which == 1)
                m["layers"]![0]!["size"] = 7;
        });
        var failure = await Images.FailsAsync(layout.ToArray(which == 2 ? manifest.With("size", 7) : manifest));
        Assert.Equal(ImageErrors.ManifestContradictory, failure.Code);
        Assert.Contains("says 7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_of_other_content_than_its_digest_is_refused()
    {
        var (layer, other) = (LayoutBuilder.LayerOf("a"), LayoutBuilder.LayerOf("b"));
        layout.File(LayoutBuilder.NameOf(layer), Encoding.ASCII.GetString(other));
        var manifest = LayoutBuilder.ManifestOf(
            layout.Document(LayoutBuilder.ConfigOf("amd64", ArchiveBuilder.Sha(other)), LayoutBuilder.Config),
            layout.Blob(layer, LayoutBuilder.Layer, leaveOut: true));
        var failure = await Images.FailsAsync(layout.ToArray(layout.Document(manifest, LayoutBuilder.Manifest)));
        Assert.Equal(ImageErrors.DigestMismatch, failure.Code);
        Assert.Contains("other content", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("artifactType", "application/vnd.example.thing", "application/vnd.oci.empty.v1+json")]
    [InlineData(null, "application/vnd.oci.empty.v1+json", "application/vnd.oci.empty.v1+json")]
    [InlineData(null, "application/vnd.cncf.helm.config.v1+json", "application/vnd.cncf.helm.config.v1+json")]
    public async Task An_artifact_is_not_an_image_and_is_named(string? key, string type, string configType)
    {
        var artifact = layout.Image(
            "a", m => m[key ?? "annotations"] = key is null ? null : type, configType: configType);
        var failure = await Images.FailsAsync(layout.ToArray(artifact));
        Assert.Equal(ImageErrors.NotAnImage, failure.Code);
        Assert.Contains($"'{type}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_may_have_the_type_of_an_artifact_too()
    {
        using var archive = await OpenAsync(
            layout.ToArray(layout.Image("a", m => m["artifactType"] = "application/vnd.example.thing")));
        Assert.Equal(["/a"], await FilesAsync(archive, Assert.Single(archive.Images)));
    }

    [Fact]
    public async Task An_artifact_beside_an_image_is_passed_over()
    {
        var chart = layout.Image("a", configType: "application/vnd.cncf.helm.config.v1+json");
        using var archive = await OpenAsync(layout.ToArray(chart, layout.Image("b")));
        Assert.Equal(["/b"], await FilesAsync(archive, Assert.Single(archive.Images)));
    }

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("application/json")]
    [InlineData("")]
    public async Task Configs_as_old_clients_called_them_are_configs(string type) =>
        Assert.Equal(["/a"], await FilesAsync(await OpenAsync(layout.ToArray(layout.Image("a", configType: type))), 0));

    [Theory]
    [InlineData("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", false)]
    [InlineData("application/vnd.example.model", false)]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", true)]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", true)]
    public async Task A_layer_that_cannot_be_read_is_shown_with_its_size(string mediaType, bool leaveOut)
    {
        var (layer, noise) = (LayoutBuilder.LayerOf("a"), Encoding.ASCII.GetBytes(new string('n', 777)));
        var manifest = LayoutBuilder.ManifestOf(
            layout.Document(
                LayoutBuilder.ConfigOf("amd64", ArchiveBuilder.Sha(layer), ArchiveBuilder.Sha([])),
                LayoutBuilder.Config),
            layout.Blob(layer, LayoutBuilder.Layer),
            layout.Blob(noise, mediaType, leaveOut).With("urls", new JsonArray("http://127.0.0.1:1/never")));
        var layers = (await Images.AnalyzeAsync(
            layout.ToArray(layout.Document(manifest, LayoutBuilder.Manifest)))).Facts.Layers;
        Assert.Equal([true, false], layers.Select(l => l.Layer.ContentKnown));
        Assert.Equal((777L, ArchiveBuilder.Sha(noise)), (layers[1].Blob.PullBytes, layers[1].Blob.Digest.ToString()));
    }

    [Fact]
    public async Task A_layer_of_such_a_type_is_read_when_the_archive_has_it()
    {
        var layer = LayoutBuilder.LayerOf("a");
        var manifest = LayoutBuilder.ManifestOf(
            layout.Document(LayoutBuilder.ConfigOf("amd64", ArchiveBuilder.Sha(layer)), LayoutBuilder.Config),
            layout.Blob(layer, "application/vnd.docker.image.rootfs.foreign.diff.tar"));
        using var archive = await OpenAsync(layout.ToArray(layout.Document(manifest, LayoutBuilder.Manifest)));
        Assert.Equal(["/a"], await FilesAsync(archive, 0));
    }

    [Theory]
    [InlineData("""{"schemaVersion":1,"name":"app","tag":"1","fsLayers":"""
        + """[{"blobSum":"x"}],"history":[{"v1Compatibility":"{}"}]}""")]
    [InlineData("""{"schemaVersion":1}""")]
    public async Task Schema_1_is_refused_by_name(string document)
    {
        var failure = await Images.FailsAsync(layout.ToArray(layout.Blob(Encoding.ASCII.GetBytes(document), null)));
        Assert.Equal(ImageErrors.Unsupported, failure.Code);
        Assert.Contains("schema 1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifests", "[]", LayoutBuilder.Manifest)]
    [InlineData("fsLayers", "[]", LayoutBuilder.Manifest)]
    [InlineData("mediaType", "\"application/vnd.oci.image.index.v1+json\"", LayoutBuilder.Manifest)]
    [InlineData("mediaType", "\"application/vnd.docker.distribution.manifest.list.v2+json\"", LayoutBuilder.Manifest)]
    [InlineData("annotations", "{}", LayoutBuilder.Index)]
    public async Task A_document_of_two_kinds_is_refused(string key, string value, string descriptorType)
    {
        var failure = await Images.FailsAsync(layout.ToArray(
            layout.Image("a", m => m[key] = JsonNode.Parse(value)).With("mediaType", descriptorType)));
        Assert.Equal(ImageErrors.ManifestContradictory, failure.Code);
        Assert.Contains("CVE-2021-41190", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_is_called_a_manifest_is_refused() =>
        Assert.Equal(
            ImageErrors.ManifestContradictory,
            (await Images.FailsAsync(
                layout.ToArray(layout.IndexOf(layout.Image("a")).With("mediaType", LayoutBuilder.Manifest)))).Code);

    [Fact]
    public async Task Docker_and_oci_names_of_one_kind_may_be_mixed()
    {
        // go-containerregistry's layouts do.
        using var archive = await OpenAsync(layout.ToArray(
            layout.Image("a", m => m["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json")));
        Assert.Null(Assert.Single(archive.Images).Error);
    }

    [Fact]
    public async Task When_the_index_shows_no_image_to_read_manifest_json_does()
    {
        // A pre-release of Docker 25 wrote manifests without layers.
        var layer = LayoutBuilder.LayerOf("a");
        var config = layout.Document(LayoutBuilder.ConfigOf("amd64", ArchiveBuilder.Sha(layer)), LayoutBuilder.Config);
        layout.Blob(layer, null);
        layout.File("manifest.json", new JsonArray(new JsonObject
        {
            ["Config"] = "blobs/sha256/" + config["digest"]!.ToString()[7..],
            ["RepoTags"] = new JsonArray("app:1"),
            ["Layers"] = new JsonArray(LayoutBuilder.NameOf(layer)),
        }).ToJsonString());
        using var archive = await OpenAsync(layout.ToArray(
            layout.Document(LayoutBuilder.ManifestOf(config), LayoutBuilder.Manifest),
            Statement("application/vnd.in-toto+json")));
        Assert.Equal(["/a"], await FilesAsync(archive, Assert.Single(archive.Images)));
        Assert.Equal(1, archive.Attestations);
    }

    [Fact]
    public async Task The_platform_is_the_configs_and_the_variant_may_be_the_indexs()
    {
        using var archive = await OpenAsync(layout.ToArray(layout.Image("a").On("linux", "arm64", "v8")));
        Assert.Equal("linux/amd64/v8", archive.Images[0].Platform!.ToString());
    }

    [Fact]
    public async Task A_layout_without_images_says_so() =>
        Assert.Contains(
            "lists no image", (await Images.FailsAsync(layout.ToArray())).Message, StringComparison.Ordinal);

    private JsonObject Statement(string type) => layout.Document(
        LayoutBuilder.ManifestOf(
            layout.Document(
                LayoutBuilder.ConfigOf("unknown", ArchiveBuilder.Sha("{}"u8.ToArray())), LayoutBuilder.Config),
            layout.Blob("{}"u8.ToArray(), type)),
        LayoutBuilder.Manifest);

    private static async Task<ImageArchive> OpenAsync(byte[] archive)
    {
        using var file = new TemporaryFile(archive);
        return await ImageArchive.OpenAsync(
            file.Path, Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
    }

    private static Task<List<string>> FilesAsync(ImageArchive archive, int image) =>
        FilesAsync(archive, archive.Images[image]);

    private static async Task<List<string>> FilesAsync(ImageArchive archive, SourceImage image)
    {
        var analysis = await new ImageAnalyzer(new AnalysisOptions()).AnalyzeAsync(
            archive, image, null, TestContext.Current.CancellationToken);
        return [.. analysis.Tree.VisibleEntries().Select(e => e.Path)];
    }
}
