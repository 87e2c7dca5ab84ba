using System.Text;
using ImageInsight.Analysis.Sources;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Analysis.Tests.Sources;
using ImageInsight.Analysis.Tests.Sources.Registry;

namespace ImageInsight.Analysis.Tests.Hostile;

/// <summary>Manifests and configs that are small in an archive or on the wire, and big when they are read.</summary>
[Collection(nameof(CapTests))]
public sealed class DocumentCapTests
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    [Fact]
    public async Task Five_hundred_manifests_of_an_archive_share_one_budget_of_memory()
    {
        var layout = new LayoutBuilder();
        var manifests = Enumerable.Range(0, 500).Select(i => layout.Blob(Manifest(i), LayoutBuilder.Manifest));
        using var file = new TemporaryFile(layout.ToArray([.. manifests]));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var failure = await Assert.ThrowsAsync<ImageException>(async () =>
        {
            using var archive = await ImageArchive.OpenAsync(
                file.Path, Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
            Assert.Contains(archive.Images, i => i.Error?.Option == nameof(AnalysisOptions.MaxHeldBytes));
            throw archive.Images[^1].Error!;
        });
        Assert.Equal(nameof(AnalysisOptions.MaxHeldBytes), failure.Option);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 512L << 20);
    }

    [Fact]
    public async Task Five_hundred_manifests_of_a_registry_share_it_too()
    {
        await using var registry = new OddRegistry();
        var children = new List<string>();
        var layout = new LayoutBuilder();
        for (var i = 0; i < 500; i++)
        {
            var manifest = Manifest(i);
            registry.Manifests[ArchiveBuilder.Sha(manifest)] = (manifest, LayoutBuilder.Manifest);
            children.Add(
                layout.Blob(manifest, LayoutBuilder.Manifest).On("linux", $"a{i}").ToJsonString());
        }

        registry.Manifests["latest"] = (Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{IndexType}}","manifests":[{{string.Join(',', children)}}]}"""),
            IndexType);
        using var http = new RegistryHttp(RegistryCase.Options(), TimeProvider.System);
        using var source = await RegistryCase.OpenAsync(http, registry.Host + "/app");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var failure = await Assert.ThrowsAsync<ImageException>(async () =>
        {
            foreach (var candidate in source.Candidates)
                await source.SizeAsync(candidate, TestContext.Current.CancellationToken);
        });
        Assert.Equal(nameof(AnalysisOptions.MaxHeldBytes), failure.Option);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 512L << 20);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 62)]
    [InlineData(-1)]
    public void Sizes_that_no_layer_has_are_refused_where_they_are_stated(long size)
    {
        var layout = new LayoutBuilder();
        var layer = layout.Blob([1], LayoutBuilder.Layer).With("size", size);
        var manifest = Encoding.UTF8.GetBytes(
            LayoutBuilder.ManifestOf(layout.Blob([2], LayoutBuilder.Config), layer, layer).ToJsonString());
        var failure = Assert.Throws<ImageException>(
            () => ManifestParts.Read(manifest, LayoutBuilder.Manifest, new AnalysisOptions()));
        Assert.Equal(ImageErrors.ManifestInvalid, failure.Code);
        Assert.Contains("Layer 0", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>50 kB, of which reading makes two megabytes.</summary>
    private static byte[] Manifest(int number) => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"config":{"digest":"sha256:{{new string('c', 64)}}","size":{{number}}},"layers":["""
        + string.Join(',', Enumerable.Repeat("{}", 16_000)) + "]}");
}
