namespace ImageInsight.Analysis.Tests.Findings;

public sealed class FatBaseTests
{
    private const string Pack =
        "RUN apt-get install -y --no-install-recommends autoconf automake dpkg-dev g++ libssl-dev libxml2-dev "
            + "libyaml-dev";

    [Fact]
    public async Task A_base_on_buildpack_deps_is_named_with_a_slim_one_and_claims_no_bytes()
    {
        var found = await FindAsync(Root().WithLayer(l => l.File("usr/lib/gcc/x", 2000), Pack)
            .WithEmptyHistory("ENV NODE_VERSION=20.1.0").WithEmptyHistory("CMD [\"node\"]")
            .WithLayer(l => l.File("srv/a", 1), "COPY . /srv"));
        Assert.Contains("FROM node:20-slim", found!.Fix.Snippet, StringComparison.Ordinal);
        Assert.Contains("musl", found.Fix.Text, StringComparison.Ordinal);
        Assert.Equal((0L, 0L, 0), (found.DiskBytes, found.PullBytes, found.Bodies.Layers.Count));
        Assert.Equal((Analysis.Findings.Confidence.Maybe, Analysis.Findings.Severity.Low, 1),
            (found.Confidence, found.Severity, found.Layer));
    }

    [Fact]
    public async Task A_base_without_a_slim_variant_is_answered_with_a_build_stage()
    {
        var found = await FindAsync(Root().WithLayer(l => l.File("usr/lib/gcc/x", 2000), Pack)
            .WithEmptyHistory("ENV GOLANG_VERSION=1.25.0").WithEmptyHistory("ENV GOTOOLCHAIN=local")
            .WithEmptyHistory("CMD [\"bash\"]").WithLayer(l => l.File("srv/a", 1), "COPY . /srv"));
        Assert.Contains("FROM <this base> AS build", found!.Fix.Snippet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_full_debian_is_told_from_the_slim_one_by_its_manuals()
    {
        var full = await FindAsync(
            Root(l => l.File("usr/share/man/man1/ls.1.gz", 900)).WithLayer(l => l.File("srv/a", 1), "COPY . /srv"));
        Assert.Contains("FROM debian:12-slim", full!.Fix.Snippet, StringComparison.Ordinal);
        Assert.Null(await FindAsync(Root().WithLayer(l => l.File("usr/share/man/man1/own.1", 900), "COPY . /")));
        Assert.Null(await FindAsync(
            Root(l => l.File("usr/share/man/man1/ls.1.gz", 900), "alpine")
                .WithLayer(l => l.File("srv/a", 1), "COPY . /srv")));
    }

    [Fact]
    public async Task What_this_Dockerfile_installs_itself_is_no_fat_base() =>
        Assert.Null(await FindAsync(Root().WithLayer(l => l.File("usr/lib/gcc/x", 2000), Pack)));

    [Fact]
    public async Task An_image_without_a_base_has_no_such_finding() =>
        Assert.Null(await FindAsync(Root(l => l.File("usr/share/man/man1/ls.1.gz", 900))));

    private static ArchiveBuilder Root(Action<LayerBuilder>? more = null, string id = "debian") => new ArchiveBuilder()
        .WithLayer(
            l =>
            {
                l.File("etc/os-release", System.Text.Encoding.UTF8.GetBytes(
                    $"NAME=\"Debian GNU/Linux\"\nID={id}\nVERSION_ID=\"12\"\n"));
                more?.Invoke(l);
            },
            "ADD rootfs.tar /")
        .WithEmptyHistory("CMD [\"bash\"]");

    private static async Task<Analysis.Findings.Finding?> FindAsync(ArchiveBuilder image) =>
        (await Images.AnalyzeAsync(image)).Findings.SingleOrDefault(f => f.RuleId == "fat-base");
}
