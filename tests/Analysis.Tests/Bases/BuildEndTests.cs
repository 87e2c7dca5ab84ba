using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Tests.Bases;

public sealed class BuildEndTests
{
    [Theory]
    [InlineData(1, "ADD file:9a in /", "-CMD [\"bash\"]", "COPY . /srv", "-CMD [\"node\"]")]
    [InlineData(2, "ADD file:9a in /", "-CMD [\"bash\"]", "RUN groupadd node", "-ENTRYPOINT [\"docker-entrypoint.sh\"]",
        "-CMD [\"node\"]", "COPY . /srv", "-USER node")]
    [InlineData(1, "ADD alpine-minirootfs.tar.gz /", "RUN apk add x", "COPY . /srv")]
    [InlineData(1, "# debian.sh --arch 'amd64' out/ 'bookworm' '@1719878400'", "RUN x")]
    [InlineData(0, "ADD file:9a in /", "-CMD [\"bash\"]")] // The image is a base itself.
    [InlineData(0, "COPY app /app", "-CMD [\"/app\"]")]
    [InlineData(0, "-CMD [\"/app\"]", "COPY app /app")] // Nothing lies below it.
    [InlineData(0, "RUN make", "RUN test")]
    public void The_history_shows_where_the_base_ends(int layers, params string[] history) =>
        Assert.Equal(layers, BaseImage.FromHistory(Histories.Of(history)).Layers);

    // N@ before a line: it was made after N hours.
    [Theory]
    // Only the first gap: the second may be a cache's.
    [InlineData(2, "0@ADD rootfs.tar.gz /", "0@RUN apk add base", "40@RUN make", "90@COPY . /srv")]
    [InlineData(1, "0@ADD rootfs.tar.gz /", "0@RUN apk add base", "0@COPY . /srv")]
    // The command said it already.
    [InlineData(1, "0@ADD file:9a in /", "0@-CMD [\"bash\"]", "0@RUN make", "40@COPY . /srv")]
    [InlineData(0, "0@RUN make", "40@COPY . /srv")] // A cache.
    [InlineData(0, "0@COPY / /", "40@COPY . /srv")]
    [InlineData(3, "0@ADD file:9a in /", "0@-CMD [\"bash\"]", "30@RUN install", "60@-ENV GOLANG_VERSION=1.22.5",
        "60@-ENV GOTOOLCHAIN=local", "60@RUN wget go", "90@COPY . /srv")]
    // Anybody may set a version.
    [InlineData(1, "0@ADD file:9a in /", "0@-CMD [\"bash\"]", "60@-ENV GOLANG_VERSION=1.22.5", "60@RUN wget go",
        "90@COPY . /srv")]
    public void A_gap_in_time_shows_where_the_build_of_the_base_ends(int layers, params string[] history) =>
        Assert.Equal(layers, BaseImage.FromHistory(Histories.Of(history)).Layers);

    [Fact]
    public void Layers_without_a_real_time_belong_to_the_base()
    {
        var distroless = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var found = BaseImage.FromHistory(
        [
            new HistoryEntry(distroless, "bazel build @debian12//libc6", false, 0),
            new HistoryEntry(distroless, "bazel build //base:root", false, 1),
            new HistoryEntry(Histories.Start, "COPY /app /app", false, 2),
        ]);
        Assert.Equal((2, BaseConfidence.Guessed), (found.Layers, found.Confidence));
        Assert.Contains("many years newer", found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_that_does_not_match_the_layers_shows_no_base() =>
        Assert.Equal(BaseImage.Unknown,
            BaseImage.FromHistory([
                new HistoryEntry(null, "ADD file:9a in /", false, null), new HistoryEntry(null, "RUN x", false, null)
            ]));

    [Fact]
    public void A_long_history_takes_no_time()
    {
        var lines = new List<HistoryEntry>();
        for (var i = 0; i < 10_000; i++)
            lines.Add(new HistoryEntry(
                Histories.Start.AddHours(2 * i), i % 2 == 0 ? "ENV NODE_VERSION=20 YARN_VERSION=1" : "CMD [\"x\"]",
                i % 10 > 0, i % 10 > 0 ? null : i / 10));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.InRange(BaseImage.FromHistory(lines).Steps.Count, 1, 20);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }
}
