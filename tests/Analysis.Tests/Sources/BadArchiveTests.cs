using System.Text;

namespace ImageInsight.Analysis.Tests.Sources;

public sealed class BadArchiveTests
{
    private static ArchiveBuilder Image => new ArchiveBuilder().WithLayer(l => l.File("a", 100_000, 'x').File("b", 10));

    [Fact]
    public async Task Noise_is_not_a_tar()
    {
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        Assert.Equal(ImageErrors.NotATar, (await Images.FailsAsync(noise)).Code);
    }

    [Fact]
    public async Task A_few_bytes_are_not_a_tar() =>
        Assert.Equal(ImageErrors.NotATar, (await Images.FailsAsync("hello"u8.ToArray())).Code);

    [Fact]
    public async Task A_tar_of_files_is_not_an_image() =>
        Assert.Equal(ImageErrors.NotAnImage,
            (await Images.FailsAsync(new LayerBuilder().File("readme", 10).ToArray())).Code);

    [Fact]
    public async Task An_archive_that_is_cut_off_is_truncated()
    {
        var archive = Image.DockerArchive();
        Assert.Equal(ImageErrors.Truncated, (await Images.FailsAsync(archive[..60_000])).Code);
    }

    [Fact]
    public async Task A_manifest_that_is_no_json_says_where()
    {
        var failure = await Images.FailsAsync(new LayerBuilder().File("manifest.json", "[{"u8.ToArray()).ToArray());
        Assert.Equal(ImageErrors.ManifestInvalid, failure.Code);
        Assert.Contains("manifest.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_twice_in_a_manifest_is_refused() =>
        Assert.Equal(
            ImageErrors.ManifestInvalid,
            (await Images.FailsAsync(
                new LayerBuilder().File(
                    "manifest.json", """[{"Config":"a","Config":"b","Layers":[]}]"""u8.ToArray()).ToArray())).Code);

    [Theory]
    [InlineData("manifest.json", "[null]")]
    [InlineData("manifest.json", """[{"Config":"c.json","Layers":[null]}]""")]
    [InlineData("index.json", """{"manifests":[null]}""")]
    public async Task A_null_in_a_list_is_refused(string file, string json)
    {
        var archive = new LayerBuilder().File("c.json", """{"rootfs":{"diff_ids":[]}}"""u8.ToArray())
            .File("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray())
            .File(file, Encoding.UTF8.GetBytes(json));
        Assert.Equal(ImageErrors.ManifestInvalid, (await Images.FailsAsync(archive.ToArray())).Code);
    }

    [Fact]
    public async Task A_null_in_the_history_or_among_the_variables_is_passed_over()
    {
        var image = new ArchiveBuilder { Environment = ["A=1", "nothing"] }.WithLayer(l => l.File("a", 1))
            .WithEmptyHistory("nothing");
        var config = Encoding.UTF8.GetString(
            image.ConfigJson()).Replace("\"nothing\"]", "null]", StringComparison.Ordinal);
        config = System.Text.RegularExpressions.Regex.Replace(config, @"\{[^{}]*nothing[^{}]*\}", "null");
        var archive = new LayerBuilder().File("c.json", Encoding.UTF8.GetBytes(config))
            .File("l.tar", new LayerBuilder().File("a", 1).ToArray())
            .File("manifest.json", """[{"Config":"c.json","Layers":["l.tar"]}]"""u8.ToArray()).ToArray();
        var facts = (await Images.AnalyzeAsync(archive)).Facts;
        Assert.Equal(["A=1"], facts.Environment);
        Assert.Equal([0], facts.History.Select(h => h.Layer));
    }

    [Fact]
    public async Task More_layers_than_diff_ids_are_contradictory()
    {
        var config = """{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":[]}}"""u8.ToArray();
        var archive = new LayerBuilder().File("c.json", config).File("l.tar", new LayerBuilder().ToArray())
            .File("manifest.json", """[{"Config":"c.json","Layers":["l.tar"]}]"""u8.ToArray()).ToArray();
        Assert.Equal(ImageErrors.ManifestContradictory, (await Images.FailsAsync(archive)).Code);
    }

    [Fact]
    public async Task A_layer_that_is_not_there_is_named()
    {
        var failure = await Images.FailsAsync(Image.DockerArchive(leaveOutLayer: 0));
        Assert.Equal(ImageErrors.BlobMissing, failure.Code);
        Assert.Contains("layer0/layer.tar", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_of_another_digest_is_refused()
    {
        var failure = await Images.FailsAsync(Image.DockerArchive(diffId: _ => "sha256:" + new string('a', 64)));
        Assert.Equal(ImageErrors.DigestMismatch, failure.Code);
    }

    [Fact]
    public async Task One_bad_layer_among_many_is_the_one_that_is_told()
    {
        var image = new ArchiveBuilder();
        for (var i = 0; i < 12; i++)
            image.WithLayer(l => l.File("f" + i, 300_000));
        var bad = new LayerBuilder().File("a", 10).ToArray();
        bad[5] ^= 1;
        image.WithRawLayer(bad);
        var failure = await Images.FailsAsync(image.DockerArchive(ArchiveBuilder.Gzip));
        Assert.Equal(ImageErrors.LayerInvalid, failure.Code);
        Assert.StartsWith("Layer 12", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gzip_that_ends_early_is_damaged()
    {
        var failure = await Images.FailsAsync(Image.DockerArchive(compress: b => ArchiveBuilder.Gzip(b)[..^40]));
        Assert.Contains(
            failure.Code, new[] { ImageErrors.LayerInvalid, ImageErrors.Truncated, ImageErrors.DigestMismatch });
        Assert.Contains("Layer 0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_checksum_inside_a_layer_tells_its_offset()
    {
        var layer = new LayerBuilder().File("a", 10).File("b", 10).ToArray();
        layer[1024 + 3] ^= 1;
        var failure = await Images.FailsAsync(new ArchiveBuilder().WithRawLayer(layer).DockerArchive());
        Assert.Equal(ImageErrors.LayerInvalid, failure.Code);
        Assert.Contains("offset 1024", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_that_unpacks_beyond_the_limit_is_refused_by_name()
    {
        var bomb = new ArchiveBuilder().WithLayer(l => l.File("zeros", 5_000_000, '0'));
        var failure = await Images.FailsAsync(
            bomb.DockerArchive(ArchiveBuilder.Gzip), new AnalysisOptions { MaxLayerBytes = 1_000_000 });
        Assert.Equal(ImageErrors.LimitExceeded, failure.Code);
        Assert.Equal(nameof(AnalysisOptions.MaxLayerBytes), failure.Option);
    }

    [Fact]
    public async Task An_index_without_images_falls_back_on_the_manifest()
    {
        var outer = Image.DockerArchive()[..^1024];
        var rest = new LayerBuilder().File("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray())
            .File("index.json", """{"schemaVersion":2,"manifests":null}"""u8.ToArray()).ToArray();
        Assert.Single((await Images.AnalyzeAsync([.. outer, .. rest])).Facts.Layers);
    }

    [Fact]
    public async Task The_same_image_is_read_from_every_form()
    {
        var image = Image;
        var archives = new[]
        {
            image.DockerArchive(),
            image.DockerArchive(ArchiveBuilder.Gzip),
            ArchiveBuilder.Gzip(image.DockerArchive()),
            ArchiveBuilder.OciLayout(b => b, "application/vnd.oci.image.layer.v1.tar", image),
            ArchiveBuilder.OciLayout(ArchiveBuilder.Gzip, "application/vnd.oci.image.layer.v1.tar+gzip", image),
        };
        foreach (var archive in archives)
        {
            var result = await Images.AnalyzeAsync(archive);
            Assert.Equal(image.ConfigDigest, result.Facts.ConfigDigest.ToString());
            Assert.Equal(100_010, result.Tree.Ledger.VisibleBytes);
        }
    }

    [Fact]
    public async Task Instructions_are_matched_to_layers_and_empty_ones_kept()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("a", 1), "/bin/sh -c #(nop) ADD file:12ab in / ")
            .WithEmptyHistory("/bin/sh -c #(nop)  CMD [\"bash\"]")
            .WithLayer(l => l.File("b", 1), "|1 V=2 /bin/sh -c make install")
            .WithLayer(l => l.File("c", 1), "RUN /bin/sh -c echo hi # buildkit")
            .WithLayer(l => l.File("d", 1), "COPY . /app # buildkit");
        var facts = (await Images.AnalyzeAsync(image)).Facts;
        Assert.Equal(["ADD file:12ab in /", "RUN make install", "RUN echo hi", "COPY . /app"],
            facts.Layers.Select(l => l.Instruction));
        Assert.Equal([0, null, 1, 2, 3], facts.History.Select(h => h.Layer));
        Assert.Equal("CMD [\"bash\"]", facts.History[1].Instruction);
    }

    [Fact]
    public async Task A_history_that_does_not_match_names_no_instruction()
    {
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", 1)).WithEmptyHistory("CMD x");
        var config = Encoding.UTF8.GetString(
            image.ConfigJson()).Replace("\"empty_layer\":true", "\"empty_layer\":false", StringComparison.Ordinal);
        var archive = new LayerBuilder().File("c.json", Encoding.UTF8.GetBytes(config))
            .File("l.tar", new LayerBuilder().File("a", 1).ToArray())
            .File("manifest.json", """[{"Config":"c.json","RepoTags":null,"Layers":["l.tar"]}]"""u8.ToArray())
            .ToArray();
        var facts = (await Images.AnalyzeAsync(archive)).Facts;
        Assert.Null(facts.Layers[0].Instruction);
        Assert.All(facts.History, h => Assert.Null(h.Layer));
    }
}
