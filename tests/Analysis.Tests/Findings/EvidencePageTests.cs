using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>All paths of a finding by page: the same as it lists itself, and those that it only counts.</summary>
public sealed class EvidencePageTests
{
    [Fact]
    public async Task The_first_page_is_what_the_findings_list_themselves()
    {
        var image = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("d/a", 5000).File("d/b", 9000).File("tmp/x", 50_000).File("e", 200_000))
            .WithLayer(l => l.Whiteout("d/a").Whiteout("d/b").File("f", 200_000), "RUN rm -r d && cp e f"));
        Assert.NotEmpty(image.Findings);
        Assert.All(
            image.Findings, f => Assert.Equal(f.Paths, EvidencePages.Read(image.Tree, f.Bodies, 0, f.Paths.Count + 1)));
    }

    [Fact]
    public async Task Pages_go_on_from_the_biggest_then_by_layer_and_ordinal()
    {
        var image = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("d/a", 1000).File("d/b", 3000).File("d/c", 2000).File("d/e", 2000))
            .WithLayer(l => l.File("d/f", 2000))
            .WithLayer(l => l.Whiteout("d"), "RUN rm -r d"));
        var bodies = BodySet.Create([
            new LayerBodies(0, [.. Ordinals(image, 0)]), new LayerBodies(1, [.. Ordinals(image, 1)])
        ]);
        Assert.Equal(5, EvidencePages.Count(image.Tree, bodies));
        Assert.Equal(["/d/b", "/d/c"], Paths(0, 2));
        Assert.Equal(["/d/e", "/d/f"], Paths(2, 2));
        Assert.Equal(["/d/a"], Paths(4, 100));
        Assert.Empty(Paths(5, 1));
        Assert.All(EvidencePages.Read(image.Tree, bodies, 0, 5), e => Assert.Equal(2, e.HiddenBy));

        IEnumerable<string> Paths(int skip, int take) =>
            EvidencePages.Read(image.Tree, bodies, skip, take).Select(e => e.Path);
    }

    [Fact]
    public async Task A_part_counts_with_its_own_bytes_and_a_body_once()
    {
        var image = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l.File("a", 1000).File("b", 500)));
        var ordinals = Ordinals(image, 0).ToList();
        var bodies = BodySet.Create(
            [new LayerBodies(0, [ordinals[0]])],
            [new BodyPart(0, ordinals[0], 700, 7), new BodyPart(0, ordinals[1], 300, 3), new BodyPart(0, 99, 1, 1)]);
        Assert.Equal(
            [("/a", 1000L), ("/b", 300L)],
            EvidencePages.Read(image.Tree, bodies, 0, 10).Select(e => (e.Path, e.DiskBytes)));
    }

    private static IEnumerable<int> Ordinals(ImageAnalysis image, int layer)
    {
        var entries = image.Tree.Layers[layer].Layer.Entries;
        return Enumerable.Range(0, entries.Count).Where(o => entries.Size(o) > 0);
    }
}
