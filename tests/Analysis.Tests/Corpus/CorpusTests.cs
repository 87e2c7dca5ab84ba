using System.Text.Json;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Analysis.Tests.Corpus;

/// <summary>Real images against the truth that plain tools computed from the same tars.</summary>
public sealed class CorpusTests
{
    private static readonly string Folder = CorpusFolder.Root;

    public static TheoryData<string> Archives
    {
        get
        {
            var data = new TheoryData<string>();
            var images = Path.Combine(Folder, "images");
            if (Directory.Exists(images))
                foreach (var file in Directory.GetFiles(images, "*.tar").Order(StringComparer.Ordinal))
                    data.Add(Path.GetFileName(file));
            if (data.Count == 0)
                data.Add("");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Archives), DisableDiscoveryEnumeration = true)]
    public async Task The_ledger_and_the_tree_equal_the_truth(string archive)
    {
        Assert.SkipWhen(
            archive.Length == 0, $"No images in {Folder}; scripts/test.sh builds them where ../shared is there.");
        using var truth = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(Folder, "truth.json"), TestContext.Current.CancellationToken));
        var name = archive.Split('.')[0];
        Assert.SkipWhen(
            !truth.RootElement.GetProperty("images").TryGetProperty(name, out var expected),
            $"The truth knows no single image '{name}'.");
        var result = await Images.AnalyzeFileAsync(Path.Combine(Folder, "images", archive));
        var ledger = result.Tree.Ledger;
        // A conversion to OCI writes the config anew.
        if (archive.EndsWith(".docker.tar", StringComparison.Ordinal))
            Assert.Equal(expected.GetProperty("image_id").GetString()!, result.Facts.ConfigDigest.ToString());
        Assert.Equal(expected.GetProperty("total_file_bytes").GetInt64(), ledger.DiskBytes);
        Assert.Equal(expected.GetProperty("visible_bytes").GetInt64(), ledger.VisibleBytes);
        Assert.Equal(expected.GetProperty("wasted_bytes").GetInt64(), ledger.WastedBytes);
        Assert.Equal(expected.GetProperty("visible_file_paths").GetInt32(), result.Tree.VisibleFiles);
        var kinds = expected.GetProperty("wasted_kind");
        Assert.Equal(Kind("deleted") + Kind("moved"), ledger.Deleted);
        Assert.Equal(Kind("changed"), ledger.Overwritten);
        Assert.Equal(Kind("same_content"), ledger.MetadataOnly + ledger.Touched + ledger.Identical);
        var layers = expected.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(layers.Select(l => l.GetProperty("diffid").GetString()),
            result.Facts.Layers.Select(l => l.Layer.DiffId.ToString()));
        Assert.Equal(layers.Select(l => l.GetProperty("entries").GetInt32()),
            result.Facts.Layers.Select(l => l.Layer.RecordCount));
        Assert.Equal(layers.Select(l => l.GetProperty("file_bytes").GetInt64()),
            result.Facts.Layers.Select(l => l.Layer.DiskBytes));
        var listing = result.Tree.VisibleEntries().ToLookup(e => e.Kind);
        Assert.Equal(expected.GetProperty("visible_dirs").GetInt32(), listing["dir"].Count());
        Assert.Equal(expected.GetProperty("visible_symlinks").GetInt32(), listing["symlink"].Count());
        Assert.Equal(expected.GetProperty(
            "visible_file_paths").GetInt32(), listing["file"].Count() + listing["hardlink"].Count());

        long Kind(string kind) => kinds.TryGetProperty(kind, out var bytes) ? bytes.GetInt64() : 0;
    }

    [Fact]
    public async Task BuildKits_attestation_is_counted_beside_its_image()
    {
        var file = Path.Combine(Folder, "images", "k-secrets-naive.attest.oci.tar");
        Assert.SkipUnless(File.Exists(file), $"No {file}.");
        using var archive = await ImageArchive.OpenAsync(
            file, Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
        Assert.Equal(["docker.io/corpus/k-secrets-naive:latest"], Assert.Single(archive.Images).Tags);
        Assert.Equal((1, 0), (archive.Attestations, archive.Absent.Count));
    }

    [Theory]
    [InlineData("k-secrets-naive")]
    [InlineData("d-mv-naive")]
    [InlineData("c-chown-naive")]
    public async Task Pull_bytes_of_uncompressed_layers_are_estimated_within_a_tenth_of_what_a_registry_serves(
        string image)
    {
        var (plain, pushed) = (Path.Combine(Folder, "images", image + ".docker.tar"), Path.Combine(
            Folder, "images", image + ".oci-gz.tar"));
        Assert.SkipUnless(File.Exists(plain) && File.Exists(pushed), $"No {image} in {Folder}.");
        var estimate = (await Images.AnalyzeFileAsync(plain)).Facts.Layers;
        var actual = (await Images.AnalyzeFileAsync(pushed)).Facts.Layers;
        Assert.All(estimate, l => Assert.True(l.Blob.PullEstimated));
        Assert.All(actual, l => Assert.False(l.Blob.PullEstimated));
        var bytes = actual.Sum(l => l.Blob.PullBytes);
        Assert.InRange(estimate.Sum(l => l.Blob.PullBytes), bytes * 0.9, bytes * 1.1);
    }
}
