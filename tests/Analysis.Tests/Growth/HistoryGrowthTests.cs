using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Dockerfiles.Reading;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>A history is anybody's text, from its lines to the Dockerfile that it stands for.</summary>
public sealed class HistoryGrowthTests
{
    /// <summary>The beginning of a line, and what it goes on with.</summary>
    public static TheoryData<string, string> Lines => new()
    {
        { "RUN ", "apt-get install a && " },
        { "RUN ", "       " },
        { "RUN ", "# buildkit" },
        { "ENV ", "A_TOKEN=secret " },
        { "ENV ", "NODE_VERSION=1 " },
        { "ENV ", "A=\"b " },
        { "LABEL ", "\"a=" },
        { "EXPOSE map[", "aaaa" },
        { "EXPOSE map[", "1/tcp:{} " },
        { "HEALTHCHECK &{[\"a\"] ", "\"30s\" " },
        { "COPY ", "--chown=a " },
        { "|9 ", "A=b " },
        { "RUN |9 ", "A_PASSWORD=b " },
        { "CMD [", "\"a\" " },
        { "RUN curl ", "https://a:b" },
        { "RUN curl ", "a.b-c+" },
        { "RUN ", "Authorization: Bearer x " },
        { "RUN ", "eyJaaaa" },
        { "WORKDIR ", "a/a/a/a/a/" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_is_read_in_linear_time(string start, string part) => GrowthCheck.AssertLinear(times =>
    {
        List<HistoryLine> lines =
            [new(null, start + string.Concat(Enumerable.Repeat(part, 1900 * times / part.Length)), false)];
        var layers = new TreeGrowthImage().Layer().File("a").Make().Facts.Layers;
        return work => Read(lines, layers.Count, layers, work);
    });

    [Theory]
    [MemberData(nameof(Lines))]
    public void Many_lines_are_read_in_linear_time(string start, string part) => GrowthCheck.AssertLinear(times =>
    {
        var image = new TreeGrowthImage();
        List<HistoryLine> lines = [];
        for (var i = 0; i < 20 * times; i++)
        {
            image.Layer().File("a");
            lines.Add(new(
                "2024-01-01T00:00:00Z", $"{start}{i} " + string.Concat(Enumerable.Repeat(part, 300 / part.Length)),
                false));
            lines.Add(new("2024-01-01T00:00:00Z", $"ENTRYPOINT [\"{i}\"]", true));
        }

        var layers = image.Make().Facts.Layers;
        return work => Read(lines, layers.Count, layers, work);
    });

    [Fact]
    public void The_arguments_of_many_RUNs_are_declared_in_linear_time() => GrowthCheck.AssertLinear(times =>
    {
        var image = new TreeGrowthImage();
        List<HistoryLine> lines = [];
        for (var i = 0; i < 10 * times; i++)
        {
            image.Layer().File("a");
            var arguments = Enumerable.Range(0, 20).Select(a => $"A{i}_{a}=x");
            lines.Add(new(null, $"|20 {string.Join(' ', arguments)} /bin/sh -c make", false));
        }

        var layers = image.Make().Facts.Layers;
        return work => Read(lines, layers.Count, layers, work);
    });

    /// <summary>The config's values, whose beginnings stand again and again in a line.</summary>
    [Fact]
    public void What_the_config_has_is_compared_in_linear_time() => GrowthCheck.AssertLinear(times =>
    {
        var image = new TreeGrowthImage();
        List<HistoryLine> lines = [];
        for (var i = 0; i < 10 * times; i++)
        {
            image.Layer().File("a");
            var pairs = string.Join(' ', Enumerable.Range(0, 20).Select(a => $"A{i}_{a}=x y=z A=A A=A A=A B"));
            lines.Add(new(null, "ENV " + pairs, false));
            lines.Add(new(null, $"SHELL [/bin/sh{i} -c]", true));
            lines.Add(new(null, "LABEL " + pairs, true));
        }

        var layers = image.Make().Facts.Layers;
        var variables = Enumerable.Range(0, 20 * 10 * times).Select(i => $"A{i / 20}_{i % 20}=x y=z A=A A=A A=A C");
        var settings = new ImageSettings([.. variables, .. Enumerable.Range(0, 40).Select(i => $"P{i}_TOKEN=a b c{i}")])
        {
            Labels = [.. variables],
            Command = ["a"],
            Shell = ["/bin/sh1", "-c"],
        };
        return work =>
        {
            var history = BuildHistory.Read(lines, layers.Count, settings, work);
            var steps = Reconstruction.Read(
                history, BaseImage.Unknown, layers, true, work, new ConfigValues(settings));
            ConfigOnly.Steps(new BuildRecord(history, settings), steps, work);
        };
    });

    [Fact]
    public void A_history_obeys_a_stop()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var work = new WorkBudget(new AnalysisOptions(), stop.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => BuildHistory.Read([new(null, "RUN a", false)], 1, work));
        Assert.ThrowsAny<OperationCanceledException>(() => BaseLadder.Find([], [], [], null, work));
        Assert.ThrowsAny<OperationCanceledException>(
            () => Reconstruction.Read([new(null, "RUN a", false, 0)], BaseImage.Unknown, [], true, work));
    }

    private static void Read(
        List<HistoryLine> lines, int count, IReadOnlyList<ImageLayer> layers, WorkBudget work)
    {
        var history = BuildHistory.Read(lines, count, work);
        var itsBase = BaseLadder.Find(history, [], [new KnownBase("a", 1, [.. history.SkipLast(1)], null)], null, work);
        Reconstruction.Read(history, itsBase with { Layers = 0 }, layers, posix: true, work)
            .ForEach(s => Layout.Lines(s));
    }
}
