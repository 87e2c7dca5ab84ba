namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>Whether work and memory stay linear in the input: it is doubled three times.</summary>
internal static class GrowthCheck
{
    /// <summary>A doubling may cost twice as much, and half as much again for what grows by its logarithm.</summary>
    private const double MostPerDoubling = 3;

    /// <summary>Below this the cost of a start outweighs what is looked for.</summary>
    private const long SmallestSteps = 1_000, SmallestBytes = 1_000_000;

    /// <param name="prepare">Makes an input of a size (1, 2, 4 or 8 times the smallest) and says what is done with
    /// it, on the thread that asks.</param>
    public static void AssertLinear(Func<int, Action<WorkBudget>> prepare)
    {
        // What is compiled and made once is not the input's.
        prepare(1)(Budgets.Default);
        var measured = new List<(int Times, long Steps, long Bytes)>();
        foreach (var times in (ReadOnlySpan<int>)[1, 2, 4, 8])
        {
            var run = prepare(times);
            var work = Budgets.Default;
            var before = GC.GetAllocatedBytesForCurrentThread();
            run(work);
            measured.Add((times, work.Steps, GC.GetAllocatedBytesForCurrentThread() - before));
        }

        var figures = string.Join(", ", measured.Select(m => $"{m.Times}x {m.Steps} steps {m.Bytes} bytes"));
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        for (var i = 1; i < measured.Count; i++)
        {
            var (last, now) = (measured[i - 1], measured[i]);
            Assert.True(now.Steps <= Math.Max(last.Steps * MostPerDoubling, SmallestSteps), $"Steps grow: {figures}");
            // Other threads may allocate some of it, which makes one look small: any of the smaller ones will do.
            var most = measured.Take(i).Select((m, j) => m.Bytes * Math.Pow(MostPerDoubling, i - j)).Max();
            Assert.True(now.Bytes <= Math.Max(most, SmallestBytes), $"Memory grows: {figures}");
        }

        Assert.True(measured[^1].Steps > measured[0].Steps, $"Nothing is counted: {figures}");
    }
}
