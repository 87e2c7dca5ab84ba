using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

public sealed class FindingTests
{
    [Fact]
    public async Task A_move_in_its_own_RUN_is_reported_as_a_move()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.Directory("tmp/m").File("tmp/m/big", 50_000), "COPY m /tmp/m # buildkit")
            .WithLayer(l => l.Whiteout("tmp/m").File("opt/m/big", 50_000),
                "RUN /bin/sh -c mv /tmp/m /opt/m # buildkit"));
        var finding = Assert.Single(result.Findings, f => f.RuleId == "moved-copy");
        Assert.Contains("moved", finding.Title, StringComparison.Ordinal);
        Assert.StartsWith("COPY", finding.Fix.Snippet, StringComparison.Ordinal);
        Assert.Equal(Confidence.Safe, finding.Confidence);
    }

    [Fact]
    public async Task A_chown_before_a_delete_is_no_move()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("srv/a.md", 30_000), "COPY . /srv # buildkit")
            .WithLayer(l => l.File("srv/a.md", 30_000, uid: 1000), "RUN /bin/sh -c chown -R app /srv # buildkit")
            .WithLayer(l => l.Whiteout("srv/a.md"), "RUN /bin/sh -c rm /srv/a.md # buildkit"));
        Assert.Equal(["deleted-later-1", "deleted-later-2"], result.Findings.Select(f => f.Id));
    }

    [Fact]
    public async Task A_chown_of_copied_files_is_answered_with_copy_chown()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("srv/app/a", 30_000), "COPY . /srv/app # buildkit")
            .WithLayer(l => l.File("srv/app/a", 30_000, uid: 1000, gid: 1000),
                "RUN /bin/sh -c chown -R node:node /srv/app # buildkit"));
        var finding = Assert.Single(result.Findings, f => f.RuleId == "metadata-copy");
        Assert.Equal(30_000, finding.DiskBytes);
        Assert.Equal(1, finding.Layer);
        Assert.Equal("COPY --chown=node:node <source> /srv/app", finding.Fix.Snippet);
        Assert.DoesNotContain(result.Findings, f => f.RuleId == "overwritten");
    }

    [Fact]
    public async Task A_COPY_that_the_history_names_by_a_hash_is_shown_with_a_placeholder()
    {
        var hash = new string('a', 64);
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("srv/a", 30_000), $"/bin/sh -c #(nop) COPY dir:{hash} in /srv ")
            .WithLayer(l => l.File("srv/a", 30_000, 'y'), $"/bin/sh -c #(nop) COPY --chown=1:1 dir:{hash} in /srv "));
        Assert.Contains(
            "COPY --chown=1:1 <source> /srv", Assert.Single(result.Findings).Fix.Snippet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var/lib/apt/lists/deb_main_Packages", "package-cache-apt-0")]
    [InlineData("var/cache/apt/archives/x.deb", "package-cache-apt-0")]
    [InlineData("var/cache/apt/srcpkgcache.bin", "package-cache-apt-0")]
    [InlineData("var/cache/apk/APKINDEX.tar.gz", "package-cache-apk-0")]
    [InlineData("var/cache/dnf/x/packages/y.rpm", "package-cache-dnf-0")]
    [InlineData("root/.cache/pip/http-v2/a/b", "package-cache-pip-0")]
    [InlineData("home/dev/.cache/pip/wheels/w", "package-cache-pip-0")]
    [InlineData("opt/app/.cache/pip/x", "package-cache-pip-0")]
    [InlineData("root/.npm/_cacache/content-v2/z", "package-cache-npm-0")]
    public async Task Caches_are_found_by_their_manager(string path, string id)
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder { Environment = ["HOME=/opt/app"] }.WithLayer(l => l.File(path, 4000)));
        var finding = Assert.Single(result.Findings);
        Assert.Equal((id, 4000L), (finding.Id, finding.DiskBytes));
        Assert.Equal("/" + path, finding.Paths[0].Path);
    }

    [Theory]
    [InlineData("var/lib/apt/extended_states")]
    [InlineData("usr/share/doc/pip/cache")]
    [InlineData("root/.npm-settings")]
    public async Task Files_beside_a_cache_are_not_in_it(string path) =>
        Assert.Empty((await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l.File(path, 4000)))).Findings);

    [Fact]
    public async Task A_cache_deleted_later_is_counted_once()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("var/lib/apt/lists/p", 9000), "RUN /bin/sh -c apt-get update # buildkit")
            .WithLayer(l => l.Whiteout("var/lib/apt/lists/p"),
                "RUN /bin/sh -c rm -rf /var/lib/apt/lists/* # buildkit"));
        Assert.Equal(["deleted-later", "update-alone"], result.Findings.Select(f => f.RuleId));
    }

    [Fact]
    public async Task Equal_files_count_all_but_the_first_and_hard_links_not()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l
            .File("a", 200_000).File("b", 200_000).HardLink("c", "a").File("d", 200_000, 'y')));
        var finding = Assert.Single(result.Findings);
        Assert.Equal(("duplicate-content", 200_000L), (finding.RuleId, finding.DiskBytes));
        Assert.Equal("/b", Assert.Single(finding.Paths).Path);
    }

    [Fact]
    public async Task A_repository_is_found_wherever_it_stands()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(
            l => l.File("src/.git/HEAD", 20).File("src/.git/objects/pack/p", 7000),
            "RUN /bin/sh -c git clone x # buildkit"));
        var finding = Assert.Single(result.Findings);
        Assert.Equal(("version-control", 7020L), (finding.RuleId, finding.DiskBytes));
        Assert.Contains("rm -rf /src/.git", finding.Fix.Snippet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_modules_from_a_context_is_found_and_an_installed_one_is_not()
    {
        var copied = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File("app/node_modules/x/i.js", 900), "COPY . /app # buildkit"));
        Assert.Equal("copied-dependencies", Assert.Single(copied.Findings).RuleId);
        var installed = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(
                l => l.File("app/node_modules/x/i.js", 900), "RUN /bin/sh -c npm ci # buildkit"));
        Assert.Empty(installed.Findings);
        var staged = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(
            l => l.File("app/node_modules/x/i.js", 900), "COPY --from=build /app /app # buildkit"));
        Assert.Empty(staged.Findings);
        var bundled = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(
            l => l.File("usr/local/lib/node_modules/npm/node_modules/x/i.js", 900),
            "COPY npm /usr/local/lib/node_modules/npm # buildkit"));
        Assert.Empty(bundled.Findings);
    }

    [Fact]
    public async Task A_lean_image_has_no_findings() =>
        Assert.Empty((await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File("app", 1_000_000), "COPY app /app"))).Findings);
}
