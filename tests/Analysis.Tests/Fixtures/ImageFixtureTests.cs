using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text.Json;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;
using ImageInsight.Analysis.Sources;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Analysis.Tests.Fixtures;

/// <summary>
/// Archives of docker save, kaniko, bazel, buildkit and ggcr: what is in them by Python, skopeo and umoci, and by us.
/// </summary>
public sealed class ImageFixtureTests
{
    public static TheoryData<string> Archives => FixtureFolder.Files("images");

    [Theory]
    [MemberData(nameof(Archives), DisableDiscoveryEnumeration = true)]
    public async Task Images_tags_configs_and_layers_are_those_that_independent_readers_find(string name)
    {
        Assert.SkipWhen(name.Length == 0, FixtureFolder.Missing);
        using var expectation = JsonDocument.Parse(FixtureFolder.Expectation(name));
        if (expectation.RootElement.GetProperty("verdict").GetString() is { } verdict && verdict != "accept")
        {
            // What no reader takes is refused; where they differ, either will do, but nothing else than our own error.
            var refusal = await Record.ExceptionAsync(() => Images.AnalyzeFileAsync(FixtureFolder.File(name)));
            Assert.True(refusal is ImageException
                || (refusal is null && verdict == "DIVERGENT"), $"{verdict}: {refusal}");
            return;
        }

        var all = expectation.RootElement.GetProperty("image_structure").TryGetProperty("images", out var images)
            ? images.EnumerateArray().ToList()
            : [];
        var expected = all.Where(IsImage).DistinctBy(i => i.GetProperty("image_id").GetString()).ToList();
        if (expected.Count == 0)
        {
            var failure = await Assert.ThrowsAsync<ImageException>(() => OpenAsync(name));
            Assert.Contains(
                failure.Code,
                new[] { ImageErrors.NotAnImage, ImageErrors.BlobMissing, ImageErrors.ManifestInvalid,
                    ImageErrors.Unsupported });
            return;
        }

        using var archive = await OpenAsync(name);
        var found = archive.Images.DistinctBy(i => i.ConfigDigest).ToList();
        Assert.Equal(expected.Count, found.Count);
        foreach (var image in expected)
        {
            var ours = Assert.Single(
                found, i => i.ConfigDigest.ToString() == image.GetProperty("image_id").GetString());
            Assert.Equal(TagsOf(all, image), ours.Tags);
            var analysis = await new ImageAnalyzer(new AnalysisOptions()).AnalyzeAsync(
                archive, ours, null, TestContext.Current.CancellationToken);
            AssertLayers(image, analysis);
            AssertNames(image, archive, ours);
        }
    }

    [Theory]
    [MemberData(nameof(Archives), DisableDiscoveryEnumeration = true)]
    public async Task The_merged_tree_is_the_one_that_umoci_unpacks(string name)
    {
        Assert.SkipWhen(name.Length == 0, FixtureFolder.Missing);
        using var expectation = JsonDocument.Parse(FixtureFolder.Expectation(name));
        var unpacked = expectation.RootElement.GetProperty("flattened").GetProperty("results").EnumerateArray()
            .Where(r => r.TryGetProperty("rootfs", out _)).ToList();
        Assert.SkipWhen(unpacked.Count == 0, "umoci unpacked nothing of it.");
        using var archive = await OpenAsync(name);
        for (var i = 0; i < unpacked.Count; i++)
        {
            // manifest.json[N], index.json or index.json:TAG
            var source = unpacked[i].GetProperty("source").GetString()!;
            var at = source.StartsWith("manifest.json[", StringComparison.Ordinal)
                ? int.Parse(source["manifest.json[".Length..^1], CultureInfo.InvariantCulture)
                : archive.Images.ToList()
                    .FindIndex(image => source == "index.json" || image.Tags.Contains(source["index.json:".Length..]));
            var analysis = await new ImageAnalyzer(new AnalysisOptions())
                .AnalyzeAsync(archive, archive.Images[at], null, TestContext.Current.CancellationToken);
            var hashes = Hashes(archive, archive.Images[at]);
            var ours = analysis.Tree.VisibleEntries().ToDictionary(e => e.Path[1..]);
            var theirs = unpacked[i].GetProperty("rootfs").EnumerateArray().ToList();
            Assert.Equal(theirs.Select(e => e.GetProperty("path").GetString()!)
                .Order(StringComparer.Ordinal), ours.Keys.Order(StringComparer.Ordinal));
            Assert.All(theirs, e => AssertEqual(e, ours[e.GetProperty("path").GetString()!], hashes));
        }
    }

    /// <summary>
    /// Of an index, the manifests in it are listed on their own; a chart or another artifact is no image.
    /// </summary>
    private static bool IsImage(JsonElement image) =>
        image.TryGetProperty("image_id", out var id) && id.ValueKind == JsonValueKind.String
        && !(image.TryGetProperty("config_mediaType", out var media)
            && media.GetString()!.Contains("helm", StringComparison.Ordinal));

    /// <summary>
    /// Of manifest.json, else the annotations at the image and at the indexes that list it, in their order.
    /// </summary>
    private static List<string> TagsOf(List<JsonElement> all, JsonElement image)
    {
        var same = all.Where(i => i.TryGetProperty("image_id", out var id)
            && id.ValueEquals(image.GetProperty("image_id").GetString())).ToList();
        var docker = same.Where(i => i.TryGetProperty("repo_tags", out var tags)
            && tags.ValueKind == JsonValueKind.Array)
            .SelectMany(i => i.GetProperty("repo_tags").EnumerateArray()).Select(t => t.GetString()!).Distinct()
            .ToList();
        if (docker.Count > 0)
            return docker;
        var names = new List<string>();
        string? above = null;
        foreach (var listed in all)
        {
            var own = listed.TryGetProperty("annotations", out var annotations)
                && annotations.ValueKind == JsonValueKind.Object
                && annotations.TryGetProperty("org.opencontainers.image.ref.name", out var name) ? name.GetString()
                : null;
            if (listed.TryGetProperty("depth", out var depth) && depth.GetInt32() == 0)
                above = own;
            if (same.Contains(listed) && (own ?? above) is { } tag && !names.Contains(tag))
                names.Add(tag);
        }

        return names;
    }

    private static void AssertLayers(JsonElement image, ImageAnalysis analysis)
    {
        Assert.Equal(
            image.GetProperty("config").GetProperty("diff_ids").EnumerateArray().Select(d => d.GetString()),
            analysis.Facts.Layers.Select(l => l.Layer.DiffId.ToString()));
        var layers = image.GetProperty("layers").EnumerateArray().ToList();
        for (var i = 0; i < layers.Count; i++)
        {
            var (layer, blob) = (analysis.Facts.Layers[i].Layer, analysis.Facts.Layers[i].Blob);
            if (layers[i].TryGetProperty("error", out _))
            {
                Assert.False(layer.ContentKnown);
                Assert.Equal(image.GetProperty("layer_sources").GetProperty(layer.DiffId.ToString()).GetProperty("size")
                    .GetInt64(), blob.PullBytes);
                continue;
            }

            Assert.Equal(layers[i].GetProperty("digest").GetString(), blob.Digest.ToString());
            Assert.Equal(layers[i].GetProperty("diff_id").GetString(), layer.DiffId.ToString());
            Assert.Equal(layers[i].GetProperty("size").GetInt64(), blob.Size);
            Assert.Equal(layers[i].GetProperty("uncompressed_size").GetInt64(), layer.TarBytes);
            Assert.Equal(layers[i].GetProperty("entries").GetInt32(), layer.RecordCount);
            Assert.Equal(layers[i].GetProperty("total_regular_bytes").GetInt64(), layer.DiskBytes);
        }
    }

    /// <summary>Each record's path, type, size and target; of a long layer the expectation has the first 60.</summary>
    private static void AssertNames(JsonElement image, ImageArchive archive, SourceImage ours)
    {
        foreach (var (expected, layer) in image.GetProperty("layers").EnumerateArray().Zip(ours.Layers))
        {
            if (!expected.TryGetProperty("names", out var names))
                continue;
            var listed = new List<string>();
            using var content = archive.OpenLayer(layer, TestContext.Current.CancellationToken);
            LayerListing.Read(content, new AnalysisOptions(), e => listed.Add(
                $"{PathText.FromName(e.Name).TrimEnd('/')} {Kind(e.Kind)} {e.Size} {PathText.FromName(e.LinkName)}"));
            Assert.Equal(expected.GetProperty("entries").GetInt32(), listed.Count);
            Assert.Equal(
                names.EnumerateArray().Select(n => $"{n[0]} {n[1]} {n[2]} {n[3]}".TrimEnd()),
                listed.Take(names.GetArrayLength()).Select(l => l.TrimEnd()));
        }
    }

    private static string Kind(EntryKind kind) => kind switch
    {
        EntryKind.Directory => "dir",
        EntryKind.HardLink => "hardlink",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static void AssertEqual(JsonElement theirs, VisibleEntry ours, Dictionary<string, string> hashes)
    {
        var type = theirs.GetProperty("type").GetString()!;
        // Two names of one inode are both files to who looks at a directory.
        Assert.Equal(type is "hardlink" ? "file" : type, ours.Kind is "hardlink" ? "file" : ours.Kind);
        if (ours.Kind is not ("file" or "hardlink"))
            return;
        Assert.Equal(theirs.GetProperty("size").GetInt64(), ours.Size);
        if (ours.Size > 0 && theirs.TryGetProperty("sha256", out var sha256))
            Assert.Equal(sha256.GetString(), hashes[ours.ContentHash!]);
    }

    /// <summary>sha256 by our own content hash, from the same bytes.</summary>
    private static Dictionary<string, string> Hashes(ImageArchive archive, SourceImage image)
    {
        var hashes = new Dictionary<string, string>();
        var options = new AnalysisOptions();
        foreach (var layer in image.Layers)
        {
            using var content = archive.OpenLayer(layer, TestContext.Current.CancellationToken);
            using var bytes = new LayerBytes(
                content, options, new ReadBudget(options, CancellationToken.None), onBytes: null);
            using var pipe = new BlockPipe(bytes.Fill, CancellationToken.None);
            var reader = new TarReader(new BlockInput(pipe, hash: null, new PullMeter()), options);
            while (reader.MoveNext())
            {
                using var body = new MemoryStream();
                while (reader.ReadBody() is { Length: > 0 } piece)
                    body.Write(piece);
                hashes[XxHash128.HashToUInt128(body.ToArray()).ToString("x32", CultureInfo.InvariantCulture)] =
                    Convert.ToHexStringLower(SHA256.HashData(body.ToArray()));
            }
        }

        return hashes;
    }

    private static Task<ImageArchive> OpenAsync(string name) =>
        ImageArchive.OpenAsync(
            FixtureFolder.File(name), Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
}
