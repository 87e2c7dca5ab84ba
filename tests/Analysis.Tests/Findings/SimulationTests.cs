using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

public sealed class SimulationTests
{
    private static Task<ImageAnalysis> ChownedRepository() => Images.AnalyzeAsync(new ArchiveBuilder()
        .WithLayer(l => l.File("srv/.git/HEAD", 20).File("srv/.git/pack", 40_000).File("srv/app", 10_000), "COPY . /srv # buildkit")
        .WithLayer(
            l => l.File("srv/.git/HEAD", 20, uid: 7).File("srv/.git/pack", 40_000, uid: 7).File("srv/app", 10_000, uid: 7),
            "RUN /bin/sh -c chown -R app /srv # buildkit"));

    [Fact]
    public async Task Findings_that_share_bytes_share_them_once()
    {
        var image = await ChownedRepository();
        var copies = Assert.Single(image.Findings, f => f.RuleId == "metadata-copy");
        var repository = Assert.Single(image.Findings, f => f.RuleId == "version-control");
        Assert.Equal((50_020, 80_040), (copies.DiskBytes, repository.DiskBytes));
        var both = Simulation.Without(image.Facts.Layers, [copies.Bodies, repository.Bodies]);
        // Only the live copy of the app is left.
        Assert.Equal(10_000, both.DiskBytes);
        Assert.Equal([0, 10_000], both.Layers.Select(l => l.DiskBytes));
        var pulls = image.Facts.Layers.Sum(l => l.Blob.PullBytes);
        Assert.InRange(both.PullBytes, 1, pulls - 1);
        Assert.Equal(both.PullBytes, both.Layers.Sum(l => l.PullBytes));
    }

    [Fact]
    public async Task Nothing_ticked_changes_nothing()
    {
        var image = await ChownedRepository();
        var same = Simulation.Without(image.Facts.Layers, []);
        Assert.Equal(image.Tree.Ledger.DiskBytes, same.DiskBytes);
        Assert.Equal(image.Facts.Layers.Select(l => (l.Layer.DiskBytes, l.Blob.PullBytes)), same.Layers.Select(l => (l.DiskBytes, l.PullBytes)));
    }

    [Fact]
    public async Task A_finding_weighs_what_simulating_it_saves()
    {
        var image = await ChownedRepository();
        Assert.NotEmpty(image.Findings);
        Assert.All(image.Findings, f =>
        {
            var without = Simulation.Without(image.Facts.Layers, [f.Bodies, f.Bodies]);
            Assert.Equal(f.DiskBytes, image.Tree.Ledger.DiskBytes - without.DiskBytes);
            Assert.Equal(f.PullBytes, image.Facts.Layers.Sum(l => l.Blob.PullBytes) - without.PullBytes);
        });
    }
}
