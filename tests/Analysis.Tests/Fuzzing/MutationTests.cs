using ImageInsight.Tests.Fuzzing;

namespace ImageInsight.Analysis.Tests.Fuzzing;

/// <summary>
/// A short run of what <c>tests/Benchmarks -- fuzz</c> runs at any length; docs/formats.md has the long ones. What a
/// case allocates is counted in the whole process, so these run alone.
/// </summary>
[CollectionDefinition(nameof(MutationTests), DisableParallelization = true)]
[Collection(nameof(MutationTests))]
public sealed class MutationTests
{
    [Fact]
    public void A_hundred_thousand_mutated_tars() =>
        Run("tar", 100_000, "read", "layer-invalid", "truncated", "limit-exceeded", "compressed, read");

    [Fact]
    public void Three_thousand_mutated_archives() =>
        Run("archive", 3_000, "read", "archive manifest-invalid", "image manifest-invalid", "image layer-invalid",
            "image digest-mismatch");

    [Fact]
    public void Two_hundred_thousand_mutated_texts() => Run("text", 200_000, "digest", "number", "records", "none");

    [Theory]
    [InlineData("tar")]
    [InlineData("archive")]
    public void A_seed_makes_the_same_case_again(string name)
    {
        var runs = Enumerable.Range(0, 2).Select(_ => FuzzTargets.Inputs(name, 20, 77)).ToList();
        Assert.Equal(runs[0], runs[1]);
        Assert.True(runs[0].Distinct().Count() > 10);
    }

    [Fact]
    public void A_case_that_does_not_end_is_told_by_its_seed()
    {
        var failure = Assert.Throws<FuzzFailure>(
            () => new FuzzRun(new Stuck(), "stuck") { Hang = TimeSpan.FromMilliseconds(100) }.Execute(10, 5));
        Assert.StartsWith("fuzz stuck 1 8: does not end", failure.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(Path.GetTempPath(), "fuzz-stuck-8.bin"));
    }

    [Fact]
    public void An_exception_of_another_kind_is_told_by_its_seed()
    {
        var failure = Assert.Throws<FuzzFailure>(() => new FuzzRun(new Broken(), "broken").Execute(10, 5));
        Assert.StartsWith("fuzz broken 1 8: no luck", failure.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(Path.GetTempPath(), "fuzz-broken-8.bin")));
        File.Delete(Path.Combine(Path.GetTempPath(), "fuzz-broken-8.bin"));
    }

    /// <summary>A run in which nothing is read, or nothing refused, shows nothing.</summary>
    private static void Run(string name, long count, params string[] outcomes)
    {
        var run = FuzzTargets.Run(name, count, seed: 1);
        Assert.Equal(count, run.Outcomes.Values.Sum());
        Assert.Subset(run.Outcomes.Keys.ToHashSet(), outcomes.ToHashSet());
    }

    private sealed class Stuck : IFuzzTarget
    {
        public ReadOnlySpan<byte> Input => [];

        public string Run(ulong seed)
        {
            if (seed == 8)
                Thread.Sleep(Timeout.Infinite);
            return "read";
        }
    }

    private sealed class Broken : IFuzzTarget
    {
        public ReadOnlySpan<byte> Input => [1, 2, 3];

        public string Run(ulong seed) => seed == 8 ? throw new InvalidOperationException("no luck") : "read";
    }
}
