using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.Sources;

namespace ImageInsight.Analysis.Tests.Bases;

public sealed class BaseLadderTests
{
    private static readonly Distribution Debian = new("debian", "12") { Name = "Debian" };

    private static readonly IReadOnlyList<HistoryEntry> Node = Histories.Of(
        "0@ADD file:9a in /", "0@-CMD [\"bash\"]", "1@-ENV NODE_VERSION=20.11.1", "1@RUN install node",
        "1@-CMD [\"node\"]", "2@COPY . /srv", "2@-CMD [\"node\", \"a.js\"]");

    private static StatedBase Annotation(string name) => StatedBase.Create(StatedBy.Annotation, name, null)!;

    private static StatedBase Material(string name) => StatedBase.Create(StatedBy.Provenance, name, null)!;

    [Fact]
    public void What_is_declared_names_the_base_and_the_history_counts_its_layers()
    {
        var found = BaseLadder.Find(Node, [Annotation("node:20-slim"), Material("debian:12")], [], Debian);
        Assert.Equal((2, "docker.io/library/node:20-slim", BaseConfidence.Declared),
            (found.Layers, found.Name, found.Confidence));
        Assert.Contains("annotation", found.Evidence, StringComparison.Ordinal);
        Assert.Contains("2 layers up to a CMD in the history", found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_built_from_scratch_has_no_base_whatever_its_history_looks_like() =>
        Assert.Equal((0, BaseConfidence.Declared), BaseLadder.Find(Node, [Annotation("scratch")], [], Debian) is var f
            ? (f.Layers, f.Confidence)
            : default);

    [Fact]
    public void A_label_that_the_base_itself_was_given_is_not_taken_for_this_image()
    {
        var label = StatedBase.Create(StatedBy.Label, "debian:12", null)!;
        var inherited = Histories.Of(
            "ADD file:9a in /", "-LABEL org.opencontainers.image.base.name=debian:12", "-CMD [\"bash\"]",
            "COPY . /srv");
        Assert.Equal(BaseConfidence.History, BaseLadder.Find(inherited, [label], [], Debian).Confidence);
        var own = Histories.Of(
            "ADD file:9a in /", "-CMD [\"bash\"]", "-LABEL org.opencontainers.image.base.name=debian:12",
            "COPY . /srv");
        Assert.Equal(BaseConfidence.Declared, BaseLadder.Find(own, [label], [], Debian).Confidence);
        // Given on the command line, it is in no history; but the known image below has the same.
        var known = new KnownBase("corp/base:1", 2, Node.Take(5).ToList(), "docker.io/library/debian:12");
        Assert.Equal("corp/base:1", BaseLadder.Find(Node, [label], [known], Debian).Name);
    }

    [Theory]
    [InlineData("docker.io/library/node:20-slim", "node:20-slim")]
    // The others cannot be below it.
    [InlineData("docker.io/library/node:20-slim", "node:20-slim", "golang:1.22", "alpine:3.20")]
    [InlineData("Node.js 20.11.1 on Debian 12", "corp/a:1", "corp/b:1")] // Either can.
    public void Of_the_images_that_a_build_pulled_the_one_that_fits_is_the_base(string name, params string[] materials)
    {
        var found = BaseLadder.Find(Node, [.. materials.Select(Material)], [], Debian);
        Assert.Equal((2, name), (found.Layers, found.Name));
    }

    [Fact]
    public void The_number_of_layers_in_the_provenance_is_used()
    {
        var found = BaseLadder.Find(Node, [StatedBase.Create(StatedBy.Provenance, "debian:12", null, 1)!], [], Debian);
        Assert.Equal((1, BaseConfidence.Provenance), (found.Layers, found.Confidence));
        Assert.Contains("1 layer by the builder's provenance", found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_was_analysed_before_is_the_base_when_its_whole_history_is_below()
    {
        var known = new KnownBase("corp/node:20", 2, Node.Take(5).ToList(), null);
        Assert.Equal((2, "corp/node:20", BaseConfidence.KnownImage), BaseLadder.Find(Node, [], [known], Debian) is var f
            ? (f.Layers, f.Name, f.Confidence)
            : default);
        // The same layers from another build, which went on otherwise.
        var other = known with
        {
            History = Histories.Of(
            "0@ADD file:9a in /", "0@-CMD [\"bash\"]", "1@-ENV NODE_VERSION=20.11.1", "1@RUN install node",
            "1@-USER node")
        };
        Assert.Equal(("Node.js 20.11.1 on Debian 12", BaseConfidence.History), BaseLadder.Find(
            Node, [], [other], Debian) is var g ? (g.Name, g.Confidence) : default);
    }

    [Fact]
    public void A_known_image_below_the_base_is_a_step_of_its_chain()
    {
        var found = BaseLadder.Find(Node, [], [new KnownBase("debian:12", 1, Node.Take(2).ToList(), null)], Debian);
        Assert.Equal((2, "Node.js 20.11.1 on Debian 12"), (found.Layers, found.Name));
        Assert.Equal([(1, "debian:12"), (2, "Node.js 20.11.1 on Debian 12")],
            found.Steps.Select(s => (s.Layers, s.Name)));
    }

    [Fact]
    public void The_chain_of_parents_is_listed_step_by_step()
    {
        const string pack =
            "RUN apt-get install -y --no-install-recommends autoconf automake dpkg-dev g++ libssl-dev libxml2-dev "
                + "libyaml-dev; rm -rf /var/lib/apt/lists/*";
        var found = BaseLadder.Find(
            Histories.Of("ADD file:9a in /", "-CMD [\"bash\"]", "RUN apt-get install curl", pack,
                "-ENV NODE_VERSION=20", "RUN node", "-CMD [\"node\"]", "COPY . /srv"), [], [], Debian);
        Assert.Equal([(1, "Debian 12"), (3, "buildpack-deps"), (4, "Node.js 20 on Debian 12")],
            found.Steps.Select(s => (s.Layers, s.Name)));
        Assert.Equal("node-20", found.Family);
    }

    [Fact]
    public void Os_release_names_the_base_when_nothing_else_does()
    {
        var found = BaseLadder.Find(Histories.Of("RUN a", "RUN b"), [], [], Debian);
        Assert.Equal((0, "Debian 12", BaseConfidence.Guessed, "debian-12"),
            (found.Layers, found.Name, found.Confidence, found.Family));
        Assert.Equal(BaseImage.Unknown, BaseLadder.Find(
            Histories.Of("RUN a", "RUN b"), [], [], new Distribution("", "")));
    }

    [Theory]
    [InlineData("debian-12", "ADD file:9a in /", "-CMD [\"bash\"]")]
    [InlineData("node-20", "ADD file:9a in /", "-CMD [\"bash\"]", "-ENV NODE_VERSION=20.1", "RUN node",
        "-CMD [\"node\"]")]
    [InlineData(null, "ADD file:9a in /", "-CMD [\"bash\"]", "COPY . /srv", "-CMD [\"bash\"]")]
    [InlineData(null, "ADD file:9a in /", "-CMD [\"bash\"]", "-ENV NODE_VERSION=20.1", "RUN node", "-CMD [\"node\"]",
        "COPY . /srv", "-CMD [\"node\", \"a.js\"]")]
    [InlineData(null, "ADD file:9a in /", "-CMD [\"bash\"]", "-ENV NODE_VERSION=20.1", "RUN node", "-CMD [\"node\"]",
        "COPY . /srv", "-CMD [\"node\"]")]
    public void A_base_offers_its_family_and_an_application_none(string? family, params string[] history)
    {
        var lines = Histories.Of(history);
        Assert.Equal(family, BaseLadder.Offers(lines, BaseLadder.Find(lines, [], [], Debian), Debian));
    }

    [Theory]
    [InlineData("Not A Name", null)]
    [InlineData("a\nb", null)]
    [InlineData("ghcr.io/org/app:1@sha256:0000000000000000000000000000000000000000000000000000000000000001",
        "ghcr.io/org/app:1")]
    [InlineData("debian", "docker.io/library/debian:latest")]
    public void What_nobody_could_pull_is_no_name(string stated, string? name) =>
        Assert.Equal(name, StatedBase.Create(StatedBy.Label, stated, null)?.Name);
}
