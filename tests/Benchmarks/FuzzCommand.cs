using ImageInsight.Tests.Fuzzing;

namespace ImageInsight.Benchmarks;

/// <summary>
/// Mutation fuzzing at any length. A failure prints the seed that makes its case again: <c>fuzz NAME 1 SEED</c>.
/// </summary>
internal static class FuzzCommand
{
    public static int Run(string which, long count, ulong seed)
    {
        var names = which == "all" ? FuzzTargets.Names : [which];
        foreach (var name in names)
        {
            try
            {
                var run = FuzzTargets.Run(name, count, seed);
                Console.WriteLine(
                    $"{name}: {count} cases from seed {seed} in {run.Elapsed.TotalSeconds:F1} s, no failure");
                foreach (var (outcome, times) in run.Outcomes)
                    Console.WriteLine($"  {times,12}  {outcome}");
            }
            catch (FuzzFailure e)
            {
                Console.Error.WriteLine(e);
                return 1;
            }
        }

        return 0;
    }
}
