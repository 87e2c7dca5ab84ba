using System.Text.Json;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Answers;

namespace ImageInsight.Reporting.Tests.Answers;

public sealed class FindingAnswerTests
{
    [Fact]
    public void Honest_findings_have_all_their_paths() =>
        Assert.All(
            FindingAnswer.FromFindings([Finding("a", 1000, 80), Finding("b", 3, 80)]),
            a => Assert.Equal(a.PathCount, a.Paths.Count));

    [Fact]
    public void Long_paths_of_many_findings_are_left_out_evenly_and_still_counted()
    {
        // 400 MB of paths.
        var answers = FindingAnswer.FromFindings(
            [.. Enumerable.Range(0, 99).Select(i => Finding($"f{i}", 1000, 4096)), Finding("small", 2, 10)]);
        Assert.InRange(answers.Sum(a => a.Paths.Sum(p => (long)p.Length)), 3_000_000, 4_000_000);
        Assert.All(answers.Take(99), a => Assert.InRange(a.Paths.Count, 9, 10));
        Assert.All(answers, a => Assert.Equal(a.Paths, a.Evidence.Select(e => e.Path)));
        Assert.Equal(2, answers[^1].Paths.Count);
        Assert.Equal(1000, answers[0].PathCount);
    }

    [Theory]
    [InlineData('x', 4096)]
    [InlineData('\u0001', 4096)]
    [InlineData('é', 3)]
    public void Whatever_they_are_made_of_the_answer_stays_small(char c, int length)
    {
        var answers = FindingAnswer.FromFindings(
            [.. Enumerable.Range(0, 300).Select(i => Finding($"f{i}", 1000, length, c))]);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(answers).Length, 1_000_000, 12_000_000);
    }

    private static Finding Finding(string id, int paths, int length, char c = 'x') => new(
        id, "deleted-later", "Title", Severity.Low, Confidence.Safe, 1, 1, 0, null, paths,
        [.. Enumerable.Range(0, paths).Select(i => new Evidence("/" + new string(c, length - 1), 1, 1, 0, null))],
        new Fix("", ""), [], BodySet.Empty);
}
