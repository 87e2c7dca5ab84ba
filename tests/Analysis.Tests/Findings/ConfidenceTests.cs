using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>
/// What a changed Dockerfile avoids is safe; what the base or a package manager does by itself is not said to be.
/// </summary>
public sealed class ConfidenceTests
{
    private const string Root = "/bin/sh -c #(nop) ADD file:9a8b in / ";

    [Fact]
    public async Task A_layer_that_replaces_a_database_and_a_file_has_a_finding_of_each()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("var/lib/dpkg/status", 5000).File("srv/app", 7000))
            .WithLayer(l => l.File("var/lib/dpkg/status", 6000, 'y').File("srv/app", 7100, 'y')));
        Assert.Equal(
            [("overwritten", Confidence.Safe, 7000L), ("bookkeeping", Confidence.Maybe, 5000L)],
            result.Findings.Select(f => (f.RuleId, f.Confidence, f.DiskBytes)));
        Assert.Equal("/srv/app", Assert.Single(result.Findings[0].Paths).Path);
    }

    [Theory]
    [InlineData("etc/passwd")]
    [InlineData("etc/ld.so.cache")]
    [InlineData("lib/apk/db/installed")]
    [InlineData("var/lib/rpm/rpmdb.sqlite")]
    [InlineData("var/cache/debconf/templates.dat")]
    public async Task Files_that_package_managers_rewrite_are_a_maybe(string path)
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File(path, 5000)).WithLayer(l => l.File(path, 6000, 'y')));
        Assert.Equal(("bookkeeping", Confidence.Maybe), result.Findings.Select(f => (f.RuleId, f.Confidence)).Single());
    }

    [Fact]
    public async Task Files_that_a_purge_deleted_are_not_bookkeeping()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("var/lib/dpkg/info/gcc.list", 5000))
            .WithLayer(l => l.Whiteout("var/lib/dpkg/info/gcc.list")));
        Assert.Equal(("deleted-later", Confidence.Safe), result.Findings.Select(f => (f.RuleId, f.Confidence))
            .Single());
    }

    [Fact]
    public async Task Package_lists_that_a_second_update_replaced_are_not_bookkeeping()
    {
        const string Lists = "var/lib/apt/lists/deb_Packages";
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File(Lists, 5000)).WithLayer(l => l.File(Lists, 6000, 'y')));
        Assert.Equal(("overwritten", Confidence.Safe), result.Findings.Where(f => f.DiskBytes == 5000)
            .Select(f => (f.RuleId, f.Confidence)).Single());
    }

    [Fact]
    public async Task Bytes_that_the_base_wastes_itself_belong_to_the_base()
    {
        var result = await Images.AnalyzeAsync(
            OnBase(l => l.File("opt/a", 9000, uid: 5)).WithEmptyHistory("CMD [\"node\"]")
                .WithLayer(l => l.File("srv/x", 10)));
        Assert.Equal(("base-waste", Confidence.Maybe, 1),
            result.Findings.Select(f => (f.RuleId, f.Confidence, f.Layer!.Value)).Single());
    }

    [Fact]
    public async Task A_file_of_the_base_deleted_above_it_belongs_to_the_base()
    {
        var result = await Images.AnalyzeAsync(OnBase(l => l.Whiteout("opt/a")));
        Assert.Equal(("base-waste", Confidence.Maybe), result.Findings.Select(f => (f.RuleId, f.Confidence)).Single());
    }

    [Fact]
    public async Task A_chown_of_files_of_the_base_counts_the_copy_above()
    {
        var result = await Images.AnalyzeAsync(OnBase(l => l.File("opt/a", 9000, uid: 5)));
        var finding = Assert.Single(result.Findings);
        Assert.Equal(("metadata-copy-base-1", Confidence.Probable), (finding.Id, finding.Confidence));
        Assert.Equal([9000, 0], Simulation.Without(
            result.Facts.Layers, [finding.Bodies]).Layers.Select(l => l.DiskBytes));
    }

    [Fact]
    public async Task A_cache_in_the_base_is_only_a_maybe()
    {
        var image = new ArchiveBuilder().WithLayer(
            l => l.File("var/cache/apk/x", 9000), Root).WithLayer(l => l.File("root/.npm/_cacache/x", 9000, 'y'));
        Assert.Equal(
            [("package-cache-apk-0", Confidence.Maybe), ("package-cache-npm-1", Confidence.Safe)],
            (await Images.AnalyzeAsync(image)).Findings.Select(f => (f.Id, f.Confidence)).Order());
    }

    [Fact]
    public async Task A_maybe_never_has_high_severity()
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File("usr/share/doc/x", 60_000_000)));
        Assert.Equal((Confidence.Maybe, Severity.Medium), result.Findings.Select(f => (f.Confidence, f.Severity))
            .Single());
    }

    private static ArchiveBuilder OnBase(Action<LayerBuilder> above) =>
        new ArchiveBuilder().WithLayer(l => l.File("opt/a", 9000), Root).WithEmptyHistory("CMD [\"bash\"]")
            .WithLayer(above);
}
