namespace ImageInsight.Analysis.Tests.Findings;

public sealed class BaseImageTests
{
    [Theory]
    [InlineData(1, "ADD file:9a in /", "-CMD [\"bash\"]", "COPY . /srv", "-CMD [\"node\"]")]
    [InlineData(2, "ADD file:9a in /", "-CMD [\"bash\"]", "RUN groupadd node", "-ENTRYPOINT [\"docker-entrypoint.sh\"]", "-CMD [\"node\"]", "COPY . /srv", "-USER node")]
    [InlineData(1, "ADD alpine-minirootfs.tar.gz /", "RUN apk add x", "COPY . /srv")]
    [InlineData(0, "ADD file:9a in /", "-CMD [\"bash\"]")] // The image is a base itself.
    [InlineData(0, "COPY app /app", "-CMD [\"/app\"]")]
    [InlineData(0, "-CMD [\"/app\"]", "COPY app /app")] // Nothing lies below it.
    [InlineData(0, "RUN make", "RUN test")]
    public void The_history_tells_where_the_base_ends(int layers, params string[] history)
    {
        var next = 0;
        var entries = history.Select(h => h[0] == '-'
            ? new HistoryEntry(null, h[1..], Empty: true, null)
            : new HistoryEntry(null, h, Empty: false, next++)).ToList();
        Assert.Equal(layers, BaseImage.Of(entries).Layers);
    }

    [Fact]
    public void A_history_that_does_not_match_the_layers_tells_nothing() =>
        Assert.Equal(BaseImage.Unknown, BaseImage.Of([new HistoryEntry(null, "ADD file:9a in /", false, null), new HistoryEntry(null, "RUN x", false, null)]));
}
