using System.Diagnostics;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>
/// Runs the cases of the seeds SEED, SEED + 1, ... on a thread of its own, so that one that never ends is seen.
/// </summary>
internal sealed class FuzzRun(IFuzzTarget target, string name)
{
    private readonly SortedDictionary<string, long> outcomes = new(StringComparer.Ordinal);
    private long started = Stopwatch.GetTimestamp();
    private ulong current;
    private bool ended;
    private Exception? failure;

    /// <summary>
    /// A case takes a millisecond; a machine that is busy with other things must not look like a hang.
    /// </summary>
    public TimeSpan Hang { get; init; } = TimeSpan.FromSeconds(20);

    public IReadOnlyDictionary<string, long> Outcomes => outcomes;

    public TimeSpan Elapsed { get; private set; }

    /// <exception cref="FuzzFailure">With the seed, and where the input was written to.</exception>
    public FuzzRun Execute(long count, ulong seed)
    {
        var begun = Stopwatch.GetTimestamp();
        var worker = new Thread(() => Work(count, seed)) { IsBackground = true, Name = "fuzz " + name };
        worker.Start();
        while (!worker.Join(Hang / 10))
            if (!Volatile.Read(ref ended) && Stopwatch.GetElapsedTime(Volatile.Read(ref started)) > Hang)
                throw Failed(Volatile.Read(ref current), $"does not end within {Hang.TotalSeconds} s", null);
        Elapsed = Stopwatch.GetElapsedTime(begun);
        return failure is null ? this : throw Failed(current, failure.Message, failure);
    }

    private void Work(long count, ulong seed)
    {
        try
        {
            for (long i = 0; i < count; i++)
            {
                Volatile.Write(ref current, seed + (ulong)i);
                Volatile.Write(ref started, Stopwatch.GetTimestamp());
                var outcome = target.Run(current);
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
        finally
        {
            Volatile.Write(ref ended, true);
        }
    }

    private FuzzFailure Failed(ulong seed, string what, Exception? inner)
    {
        var file = Path.Combine(Path.GetTempPath(), $"fuzz-{name}-{seed}.bin");
        File.WriteAllBytes(file, target.Input);
        return new FuzzFailure($"fuzz {name} 1 {seed}: {what}\nThe input is in {file}.", inner);
    }
}
