namespace ImageInsight.Web.Reading;

/// <summary>Waits for work that has been told to stop, but not for ever.</summary>
internal static class Watchdog
{
    /// <summary>How long work may take to stop. It asks many times a second.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    /// <exception cref="WorkGivenUpException">It does not stop. Its thread goes on, and nobody waits for
    /// it.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> work, TimeSpan grace, CancellationToken stop)
    {
        var running = Task.Run(() => work(stop), CancellationToken.None);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.UnsafeRegister(s => ((TaskCompletionSource)s!).TrySetResult(), stopped);
        if (await Task.WhenAny(running, stopped.Task) != running
            && await Task.WhenAny(running, Task.Delay(grace, CancellationToken.None)) != running)
        {
            // What it ends with is nobody's business any more, but it must not go unseen by the runtime.
            _ = running.ContinueWith(
                t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new WorkGivenUpException(stop);
        }

        return await running;
    }
}

/// <summary>A stop that was not obeyed.</summary>
internal sealed class WorkGivenUpException(CancellationToken stop)
    : OperationCanceledException("The work did not stop when it was told to.", stop);
