using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Gates;

namespace ImageInsight.Reporting.Tests.Gates;

/// <summary>Each check alone, at its limit and beside it.</summary>
public sealed class GateTests
{
    private static readonly GateSubject Image = new("app:2", "linux/amd64", 1000, 400, false, 50, [], []);

    private static readonly GateSubject Empty = new("scratch", "linux/amd64", 0, 0, false, 0, [], []);

    [Theory]
    [InlineData("maxDisk", "1000", true, 1000)]
    [InlineData("maxDisk", "999", false, 1000)]
    [InlineData("maxPull", "400B", true, 400)]
    [InlineData("maxPull", "0.399kB", false, 400)]
    [InlineData("maxWasted", "50", true, 50)]
    [InlineData("maxWasted", "49", false, 50)]
    [InlineData("maxWasted", "5%", true, 50)]
    [InlineData("maxWasted", "4.99%", false, 50)]
    public void A_figure_that_is_its_limit_passes_and_a_byte_more_does_not(
        string name, string limit, bool passed, long actual)
    {
        var check = Judge(Image, Of((name, limit)));
        Assert.Equal((name, passed, actual), (check.Name, check.Passed, check.Actual));
    }

    [Theory]
    [InlineData("0.95", 1000, 50, true, "0.95")]
    [InlineData("0.950001", 1000, 50, false, "0.95")]
    [InlineData("0.95", 20, 1, true, "0.95")]
    [InlineData("0.666667", 3, 1, false, "0.666666")] // Cut off, not rounded to what it misses.
    [InlineData("1", 10_000_000, 1, false, "0.999999")]
    [InlineData("1", 10, 0, true, "1")]
    [InlineData("0", 10, 10, true, "0")]
    public void Efficiency_is_what_lives_of_what_is_stored(
        string least, long disk, long wasted, bool passed, string actual)
    {
        var check = Judge(Image with { DiskBytes = disk, WastedBytes = wasted }, Of(("minEfficiency", least)));
        Assert.Equal((passed, actual),
            (check.Passed, check.Actual.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("maxDisk", "0")]
    [InlineData("maxPull", "0")]
    [InlineData("maxWasted", "0")]
    [InlineData("maxWasted", "0%")]
    [InlineData("minEfficiency", "1")]
    [InlineData("failOn", "low")]
    public void An_empty_image_passes_everything(string name, string limit) =>
        Assert.True(Judge(Empty, Of((name, limit))).Passed);

    [Theory]
    [InlineData(1000, 1000, "0", true, 0)]
    [InlineData(1001, 1000, "0", false, 1)]
    [InlineData(900, 1000, "0", true, -100)]
    [InlineData(1020, 1000, "2%", true, 20)]
    [InlineData(1021, 1000, "2%", false, 21)]
    [InlineData(1005, 1000, "5B", true, 5)]
    [InlineData(1006, 1000, "5B", false, 6)]
    [InlineData(0, 0, "0%", true, 0)]
    [InlineData(1, 0, "1000%", false, 1)] // Any share of nothing is nothing.
    public void Growth_is_what_came_to_what_was_there(long now, long before, string limit, bool passed, long growth)
    {
        var (disk, pull) = (Of(("baseline", Guid.Empty.ToString()), ("maxGrowth", limit)), Of(
            ("baseline", Guid.Empty.ToString()), ("maxPullGrowth", limit)));
        var check = Judge(Image with { DiskBytes = now }, disk, Image with { DiskBytes = before });
        Assert.Equal(("maxGrowth", passed, growth), (check.Name, check.Passed, check.Actual));
        check = Judge(Image with { PullBytes = now }, pull, Image with { PullBytes = before });
        Assert.Equal(("maxPullGrowth", passed, growth), (check.Name, check.Passed, check.Actual));
    }

    [Fact]
    public void Images_of_other_names_and_platforms_are_compared_and_said()
    {
        var limits = Of(("baseline", Guid.Empty.ToString()), ("maxGrowth", "10%"));
        var check = Judge(Image, limits, Image with { Name = "other:1", DiskBytes = 900, Platform = "linux/arm64" });
        Assert.Equal("100 B more than the 900 B of other:1, 90 B (10 %) more allowed; linux/amd64 is compared with "
            + "linux/arm64", check.Detail);
        Assert.False(check.Passed);
    }

    [Theory]
    [InlineData("maxDisk", "900", "1.00 kB, 100 B more than 900 B")]
    [InlineData("maxPull", "1MB", "< 1 kB, at most 1.00 MB")]
    [InlineData("maxWasted", "3%", "50 B, 20 B more than 30 B (3 % of 1.00 kB on disk)")]
    [InlineData("minEfficiency", "0.99", "0.95, at least 0.99: 50 B of 1.00 kB are wasted")]
    [InlineData("failOn", "high", "no finding of high severity, safe or probable")]
    public void The_detail_says_it_in_words(string name, string limit, string detail) =>
        Assert.Equal(detail, Judge(Image with { PullEstimated = true }, Of((name, limit))).Detail);

    [Theory]
    [InlineData("low", null, null, 3)]
    [InlineData("medium", null, null, 2)]
    [InlineData("HIGH", null, null, 1)]
    [InlineData("low", "maybe", null, 4)]
    [InlineData("low", "safe", null, 2)]
    [InlineData("high", "safe", null, 1)]
    [InlineData("low", "maybe", "overwritten, package-cache", 1)]
    [InlineData("low", "safe", "overwritten,package-cache", 0)]
    public void Findings_count_by_severity_confidence_and_rule(
        string failOn, string? confidence, string? allow, int count)
    {
        var image = Image with
        {
            Findings =
            [
                Found("overwritten", Severity.High, Confidence.Safe),
                Found("package-cache", Severity.Medium, Confidence.Safe),
                Found("package-cache", Severity.Low, Confidence.Probable),
                Found("documentation", Severity.Low, Confidence.Maybe),
            ],
        };
        var check = Judge(image, Of(("failOn", failOn), ("confidence", confidence), ("allow", allow)));
        Assert.Equal((count, count == 0, 0m), ((int)check.Actual, check.Passed, check.Limit));
    }

    [Fact]
    public void The_first_findings_are_named_and_the_rest_counted()
    {
        var image = Image with
        {
            Findings =
        [
            .. Enumerable.Repeat(Found("overwritten", Severity.High, Confidence.Safe), 12)
        ]
        };
        var detail = Judge(image, Of(("failOn", "high"))).Detail;
        Assert.StartsWith(
            "12 of high severity, safe or probable: overwritten-0: Title of overwritten (7 B); ", detail,
            StringComparison.Ordinal);
        Assert.EndsWith(" and 2 more", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_limit_is_a_check_in_the_order_of_the_documentation()
    {
        var limits = Of(
            ("maxPullGrowth", "1"), ("maxGrowth", "1"), ("baseline", Guid.Empty.ToString()), ("failOn", "low"),
            ("minEfficiency", "1"), ("maxWasted", "1"), ("maxPull", "1"), ("maxDisk", "1"));
        Assert.Equal(
            ["maxDisk", "maxPull", "maxWasted", "minEfficiency", "failOn", "maxGrowth", "maxPullGrowth"],
            Gate.Judge(limits, Image, Image).Select(c => c.Name));
    }

    [Theory]
    [InlineData("no-limits")]
    [InlineData("no-limits", "of", "yours")]
    [InlineData("bad-of", "of", "mine", "maxDisk", "1")]
    [InlineData("bad-of", "of", "", "maxDisk", "1")]
    [InlineData("bad-size", "maxDisk", "big")]
    [InlineData("bad-size", "maxDisk", "5%")]
    [InlineData("bad-size", "maxPull", "")]
    [InlineData("bad-efficiency", "minEfficiency", "95")]
    [InlineData("bad-efficiency", "minEfficiency", "-0.1")]
    [InlineData("bad-severity", "failOn", "2")]
    [InlineData("bad-severity", "failOn", "error")]
    [InlineData("bad-confidence", "failOn", "high", "confidence", "sure")]
    [InlineData("unknown-rule", "failOn", "high", "allow", "no-such")]
    [InlineData("severity-missing", "confidence", "safe", "maxDisk", "1")]
    [InlineData("severity-missing", "allow", "overwritten", "maxDisk", "1")]
    [InlineData("bad-baseline", "baseline", "app:1", "maxGrowth", "1")]
    [InlineData("baseline-missing", "maxGrowth", "1")]
    [InlineData("baseline-missing", "maxPullGrowth", "1")]
    [InlineData("growth-missing", "baseline", "00000000-0000-0000-0000-000000000000", "maxDisk", "1")]
    public void A_wrong_question_has_a_code(string code, params string[] asked)
    {
        var (limits, error) = GateLimits.Read(Parameters([.. asked.Chunk(2).Select(p => (p[0], (string?)p[1]))]));
        Assert.Null(limits);
        Assert.Equal(code, error!.Code);
    }

    private static GateCheck Judge(GateSubject image, GateLimits limits, GateSubject? baseline = null) =>
        Assert.Single(Gate.Judge(limits, image, baseline));

    private static GateLimits Of(params (string Name, string? Value)[] asked)
    {
        var (limits, error) = GateLimits.Read(Parameters(asked));
        Assert.Null(error);
        return limits!;
    }

    private static GateParameters Parameters((string Name, string? Value)[] asked)
    {
        var values = asked.ToDictionary(a => a.Name, a => a.Value);
        return new GateParameters(
            values.GetValueOrDefault("of"), values.GetValueOrDefault("maxDisk"), values.GetValueOrDefault("maxPull"),
            values.GetValueOrDefault("maxWasted"), values.GetValueOrDefault("minEfficiency"),
            values.GetValueOrDefault("failOn"), values.GetValueOrDefault("confidence"),
            values.GetValueOrDefault("allow"), values.GetValueOrDefault("baseline"),
            values.GetValueOrDefault("maxGrowth"), values.GetValueOrDefault("maxPullGrowth"));
    }

    private static Finding Found(string rule, Severity severity, Confidence confidence) => new(
        rule + "-0", rule, "Title of " + rule, severity, confidence, 7, 3, 0, null, 1, [], new Fix("", ""), [],
        BodySet.Empty);
}
