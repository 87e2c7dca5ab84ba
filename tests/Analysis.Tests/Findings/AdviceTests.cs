using System.Text;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>What a finding advises does no harm.</summary>
public sealed class AdviceTests
{
    private const int Size = 600_000;

    private static async Task<Fix> FixAsync(ArchiveBuilder image, string rule) =>
        Assert.Single((await Images.AnalyzeAsync(image)).Findings, f => f.RuleId == rule).Fix;

    [Fact]
    public async Task Joined_commands_keep_what_stands_between_them()
    {
        var fix = await FixAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("usr/bin/gcc", Size), "RUN apt-get install -y gcc")
            .WithLayer(l => l.File("src/a.c", 10), "COPY . /src")
            .WithLayer(l => l.File("srv/app", 20_000, 'p'), "RUN gcc -o /srv/app /src/a.c")
            .WithLayer(l => l.Whiteout("usr/bin/gcc"), "RUN apt-get purge -y gcc"), "deleted-later");
        Assert.StartsWith(
            "RUN --mount=type=bind,source=<source>,target=/src,rw", fix.Snippet, StringComparison.Ordinal);
        Assert.Contains("apt-get install -y gcc \\\n && gcc -o /srv/app /src/a.c \\\n && ", fix.Snippet,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ADD_unpacked_is_unpacked_from_a_mount()
    {
        var fix = await FixAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("src/a", Size).File("src/b", Size, 'b'), "ADD src.tar /src")
            .WithLayer(l => l.Whiteout("src"), "RUN make -C /src install && rm -rf /src"), "deleted-later");
        Assert.Contains("tar -xf /mnt/archive -C /src", fix.Snippet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_go_without_the_folders_of_servers()
    {
        var fix = await FixAsync(new ArchiveBuilder { Command = ["nginx"] }
            .WithLayer(l => l.File("var/log/nginx/access.log", Size), "RUN make"), "temporary-files");
        Assert.EndsWith("find /var/log -type f -delete", fix.Snippet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COPY . /srv", "COPY --chown=app <source> /srv")]
    [InlineData("ADD app.tar /srv", "ADD --chown=app <source> /srv")]
    [InlineData("RUN npm ci", "RUN chown app /srv\nUSER app\nRUN npm ci")]
    public async Task The_owner_is_set_where_the_files_are_made(string makes, string snippet)
    {
        var fix = await FixAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("srv/node_modules/x/a", Size).File("srv/node_modules/y/a", Size, 'y'), makes)
            .WithLayer(
                l => l.File("srv/node_modules/x/a", Size, uid: 7).File("srv/node_modules/y/a", Size, 'y', uid: 7),
                "RUN chown -R app /srv"), "metadata-copy");
        Assert.Equal(snippet, fix.Snippet);
    }

    [Theory]
    [InlineData("RUN npm run build", true)]
    [InlineData("RUN true", false)]
    public async Task Dependencies_that_a_later_build_needs_go_in_another_stage(string later, bool stages)
    {
        var fix = await FixAsync(new ArchiveBuilder { Command = ["node", "a.js"] }
            .WithLayer(l => l.File("srv/package.json", Encoding.UTF8.GetBytes("{\"name\":\"a\"}"))
                .File("srv/node_modules/.package-lock.json", Encoding.UTF8.GetBytes(
                    "{\"packages\":{\"node_modules/vite\":{\"dev\":true}}}"))
                .File("srv/node_modules/vite/package.json", Encoding.UTF8.GetBytes(
                    "{\"name\":\"vite\",\"version\":\"1.0.0\"}"))
                .File("srv/node_modules/vite/a.js", Size), "RUN npm ci")
            .WithLayer(l => l.File("srv/x", 10), later), "development-dependencies");
        Assert.Equal(stages, fix.Snippet.StartsWith("FROM <this base> AS build", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("RUN apt-get update && apt-get upgrade -y", true)]
    [InlineData("RUN make install", false)]
    public async Task An_upgrade_of_the_base_asks_for_a_newer_base(string run, bool newer)
    {
        // Debian's own history: the first layer is its base.
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("usr/lib/libx.so", Size), "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ")
            .WithEmptyHistory("/bin/sh -c #(nop)  CMD [\"bash\"]")
            .WithLayer(l => l.File("usr/lib/libx.so", Size, 'n'), run);
        var fixes = (await Images.AnalyzeAsync(image)).Findings.Where(f => f.RuleId == "base-waste").ToList();
        Assert.All(fixes, f => Assert.Equal(newer, f.Fix.Snippet.Contains("newer", StringComparison.Ordinal)));
        Assert.NotEmpty(fixes);
    }

    [Theory]
    [InlineData("usr/bin/wget", "wget -qO- <url>")]
    [InlineData("usr/bin/curl", "curl -fsSL <url>")]
    public async Task A_download_uses_the_program_that_the_image_has(string program, string command)
    {
        var fix = await FixAsync(new ArchiveBuilder().WithLayer(l => l.File(program, 100)
            .File("opt/tool-1.2.tar.gz", Size).File("opt/tool-1.2/x", Size + 1, 'y'), "RUN x"), "leftover-archives");
        Assert.Contains(command, fix.Snippet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_development_certificate_of_dotnet_is_kept_away_by_a_variable()
    {
        var image = await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l.File(
            "root/.dotnet/corefx/cryptography/x509stores/my/0123.pfx", 2000)));
        var finding = Assert.Single(image.Findings, f => f.RuleId == "secret-file");
        Assert.Equal((Confidence.Maybe, "ENV DOTNET_GENERATE_ASPNET_CERTIFICATE=false"),
            (finding.Confidence, finding.Fix.Snippet));
        Assert.Null(finding.Remedy);
    }
}
