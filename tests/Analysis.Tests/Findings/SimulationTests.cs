using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

public sealed class SimulationTests
{
    private static Task<ImageAnalysis> ChownedRepository() => Images.AnalyzeAsync(new ArchiveBuilder()
        .WithLayer(l => l.File("srv/.git/HEAD", 20).File("srv/.git/pack", 40_000)
            .File("srv/app", 10_000), "COPY . /srv # buildkit")
        .WithLayer(
            l => l.File("srv/.git/HEAD", 20, uid: 7).File("srv/.git/pack", 40_000, uid: 7)
                .File("srv/app", 10_000, uid: 7),
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
    public async Task Without_selected_findings_the_simulated_size_is_the_real_one()
    {
        var image = await ChownedRepository();
        var same = Simulation.Without(image.Facts.Layers, []);
        Assert.Equal(image.Tree.Ledger.DiskBytes, same.DiskBytes);
        Assert.Equal(image.Facts.Layers.Select(l => (l.Layer.DiskBytes, l.Blob.PullBytes)),
            same.Layers.Select(l => (l.DiskBytes, l.PullBytes)));
    }

    [Fact]
    public async Task The_bytes_of_a_finding_are_what_simulating_it_saves()
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

    [Fact]
    public async Task Of_equal_files_one_is_left_when_all_findings_are_taken()
    {
        var image = await Images.AnalyzeAsync(new ArchiveBuilder()
            // Probable, maybe, and what the program uses: this one stays.
            .WithLayer(l => l.File("tmp/gem/table", 200_000, 't').File("usr/share/doc/gem/table", 200_000, 't')
                .File("usr/share/doc/gem/other", 200_000, 'o'), "RUN /bin/sh -c build # buildkit")
            .WithLayer(l => l.File("srv/table", 200_000, 't').File("srv/again", 200_000, 't')
                .File("srv/other", 200_000, 'o'), "RUN /bin/sh -c install # buildkit"));
        var copies = image.Findings.Where(f => f.RuleId == "duplicate-content").ToList();
        Assert.Equal(
            ["/srv/again", "/usr/share/doc/gem/other", "/usr/share/doc/gem/table"],
            copies.SelectMany(f => f.Paths).Select(p => p.Path).Order(StringComparer.Ordinal));
        Assert.Equal(400_000, Simulation.Without(image.Facts.Layers, image.Findings.Select(f => f.Bodies)).DiskBytes);
        Assert.Equal(600_000, Simulation.Without(image.Facts.Layers, copies.Select(f => f.Bodies)).DiskBytes);
    }
}
