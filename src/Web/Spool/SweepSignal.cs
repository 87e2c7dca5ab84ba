namespace ImageInsight.Web.Spool;

/// <summary>Lets a delete free its bytes at once.</summary>
internal sealed class SweepSignal : IDisposable
{
    private readonly SemaphoreSlim pending = new(0, 1);

    public void Request()
    {
        try
        {
            pending.Release();
        }
        catch (SemaphoreFullException)
        {
            // One is asked for already.
        }
    }

    public Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        pending.WaitAsync(timeout, cancellationToken);

    public void Dispose() => pending.Dispose();
}
