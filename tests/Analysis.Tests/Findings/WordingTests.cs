using System.Text;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>
/// A snippet is one that works for this image, a title says what is so, and nothing is called a secret that is none.
/// </summary>
public sealed class WordingTests
{
    [Fact]
    public async Task A_second_copy_is_not_called_a_chown()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("srv/a", 9000), "COPY . /srv # buildkit")
            .WithLayer(l => l.File("srv/a", 9000, uid: 5), "COPY --chown=app:app . /srv # buildkit");
        var finding = Assert.Single((await Images.AnalyzeAsync(image)).Findings);
        Assert.Equal("1 file stored again with the same content by a second copy", finding.Title);
        Assert.DoesNotContain("user:group", finding.Fix.Snippet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_paths_of_a_copy_are_said()
    {
        var copied = Assert.Single((await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("srv/a", 9000), "COPY . /srv # buildkit")
            .WithLayer(l => l.File("srv/a", 9000, uid: 5), "COPY --chown=app:app . /srv # buildkit"))).Findings);
        Assert.Contains("(/srv/a in layer 0), and layer 1 copies", copied.Fix.Text, StringComparison.Ordinal);
        var twice = Assert.Single((await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("srv/a", 200_000).File("srv/b", 200_000)))).Findings);
        Assert.Equal("/srv/b has the same content as /srv/a", twice.Title);
        var moved = Assert.Single((await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("tmp/a", 200_000), "COPY a /tmp # buildkit")
            .WithLayer(l => l.Whiteout("tmp/a").File("opt/a", 200_000), "RUN mv /tmp/a /opt"))).Findings,
            f => f.RuleId == "moved-copy");
        Assert.Contains("/tmp/a is /opt/a now", moved.Fix.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lines_of_a_snippet_are_wrapped_between_arguments()
    {
        var many = string.Join(' ', Enumerable.Range(0, 20).Select(i => $"package-{i}"));
        var wrapped = SnippetLines.Wrap($"RUN apt-get update \\\n && apt-get install -y {many} \\\n && rm -rf /x");
        var lines = wrapped.Split('\n');
        Assert.All(lines, l => Assert.InRange(l.Length, 1, 112));
        Assert.All(lines[..^1], l => Assert.EndsWith(" \\", l, StringComparison.Ordinal));
        Assert.Equal($"RUN apt-get update && apt-get install -y {many} && rm -rf /x", string.Join(' ', lines
            .Select(l => l.TrimEnd('\\').Trim())));
        // Neither what is in quotes nor a comment or another file's line is cut.
        var quoted = "RUN echo '" + new string('a', 60) + " " + new string('b', 60) + "' > /x";
        Assert.Contains(new string('a', 60) + " " + new string('b', 60), SnippetLines.Wrap(quoted),
            StringComparison.Ordinal);
        foreach (var line in (string[])["# " + many, many, "RUN x   # " + many])
            Assert.Equal(line, SnippetLines.Wrap(line));
    }

    [Theory]
    [InlineData(0x1ed, 0x1ed, "COPY --chown=1000:1000 --chmod=0755 <source> /opt/model")]
    // 0744 would close its directories.
    [InlineData(0x1e4, 0x1e4,
        "# a symbolic mode needs docker/dockerfile:1.14 or later\nCOPY --chown=1000:1000 --chmod=u+x <source> "
            + "/opt/model")]
    [InlineData(0x1ed, 0x1a4,
        "# a symbolic mode needs docker/dockerfile:1.14 or later\nCOPY --chown=1000:1000 --chmod=u+x <source> "
            + "/opt/model")]
    public async Task COPY_sets_the_owner_and_the_mode_that_a_RUN_set(int one, int other, string snippet)
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("opt/model/a", 9000, 'a').File("opt/model/b", 8000, 'b'),
                "COPY model /opt/model # buildkit")
            .WithLayer(
                l => l.File("opt/model/a", 9000, 'a', one, 1000, 1000)
                    .File("opt/model/b", 8000, 'b', other, 1000, 1000),
                "RUN /bin/sh -c chmod -R u+x /opt/model && chown -R 1000:1000 /opt/model # buildkit");
        Assert.Equal(snippet, Assert.Single(
            (await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "metadata-copy").Fix.Snippet);
    }

    [Fact]
    public async Task A_history_line_that_is_no_instruction_gives_no_snippet()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("srv/a", 9000), "RUN /bin/sh -c make # buildkit")
            .WithLayer(l => l.File("srv/a", 9000, uid: 5), "umoci raw add-layer dup.tar");
        var fix = Assert.Single((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "metadata-copy").Fix;
        Assert.Equal("", fix.Snippet);
        Assert.StartsWith("Layer 1 stores again what layer 0 holds;", fix.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_fix_removes_a_whole_repository()
    {
        var image = new ArchiveBuilder().WithLayer(
            l => l.File("srv/tool/.git/HEAD", 20).File("srv/tool/.git/objects/pack/p.pack", 90_000, 'y'),
            "RUN /bin/sh -c git clone x /srv/tool # buildkit");
        var finding = Assert.Single((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "version-control");
        Assert.EndsWith(" && rm -rf /srv/tool/.git", finding.Fix.Snippet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dockerignore_does_not_exclude_dist_folders_of_modules()
    {
        var image = new ArchiveBuilder()
            .WithLayer(
                l => l.File("srv/package.json", 30).File("srv/.git/HEAD", 20).File("srv/dist/a.js", 9000, 'd')
                    .File("srv/packages/x/package.json", 31).File("srv/packages/x/test/a.test.js", 9000, 't')
                    .File("srv/.github/x.yml", 9000, 'g'),
                "COPY . /srv # buildkit")
            .WithEmptyHistory("CMD [\"node\",\"server.js\"]");
        var findings = (await Images.AnalyzeAsync(image)).Findings.Where(f => f.RuleId == "local-files").ToList();
        // Nothing inside shows what dist is: it is none that a proposal leaves out.
        Assert.Equal(
            ["# .dockerignore\n**/.github\npackages/x/test", "# .dockerignore\ndist"],
            findings.OrderByDescending(f => f.Confidence).Select(f => f.Fix.Snippet));
        Assert.StartsWith(".github, packages/x/test copied",
            findings.Single(f => f.Confidence == Confidence.Probable).Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RUN /bin/sh -c apt-get update # buildkit", "apt-get clean")]
    [InlineData("RUN /bin/sh -c make # buildkit", "apt-get clean")]
    [InlineData("COPY lists /var/lib/apt/lists # buildkit", "--mount=type=bind")]
    public async Task An_index_is_not_removed_before_the_install_that_reads_it(string brings, string word)
    {
        var image = new ArchiveBuilder().WithLayer(l => l.File("var/lib/apt/lists/deb_Packages", 9000), brings)
            .WithLayer(l => l.Opaque("var/lib/apt/lists"), "RUN /bin/sh -c rm x # buildkit");
        Assert.Contains(
            word, Assert.Single(
                (await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "deleted-later").Fix.Snippet,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("debian", "dpkg")]
    [InlineData("fedora", "tsflags=nodocs")]
    [InlineData("alpine", "apk add")]
    public async Task The_fix_for_documentation_fits_the_distribution(string id, string word)
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File(
                "etc/os-release", Encoding.ASCII.GetBytes($"ID={id}\n")).File("usr/share/doc/x/README", 200_000));
        Assert.Contains(
            word, Assert.Single(
                (await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == "documentation").Fix.Snippet,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALLOW_EMPTY_PASSWORD=yes", false)]
    [InlineData("REQUIRE_TOKEN=True", false)]
    [InlineData("GUNICORN_ACCESS_LOG_FORMAT=combined", false)]
    [InlineData("TOKEN_TTL=3600", false)]
    [InlineData("LOG_TOKEN=abc", true)]
    [InlineData("DB_PASSWORD=yes1", true)]
    public async Task A_switch_or_a_setting_is_no_secret(string variable, bool told)
    {
        var found = (await Images.AnalyzeAsync(
            new ArchiveBuilder { Environment = [variable] }.WithLayer(l => l.File("a", 10)))).Findings;
        Assert.Equal(told, found.Any(f => f.RuleId == "secret-variable"));
    }
}
