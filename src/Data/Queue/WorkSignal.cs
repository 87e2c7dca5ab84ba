using Npgsql;

namespace ImageInsight.Data.Queue;

/// <summary>
/// Wakes those who wait for work: in this process at once, from other processes by LISTEN on Postgres. A missed
/// notification costs no more than the waiter's own timeout.
/// </summary>
public sealed class WorkSignal(Contexts contexts) : IAsyncDisposable
{
    internal const string Channel = "insight_work";

    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private TaskCompletionSource pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? listener;

    public void Pulse()
    {
        lock (gate)
        {
            pulse.TrySetResult();
            pulse = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task next;
        lock (gate)
        {
            next = pulse.Task;
            if (contexts.IsPostgres)
                listener ??= Task.Run(ListenAsync, CancellationToken.None);
        }

        try
        {
            await next.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time to look by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        if (listener is not null)
            await listener.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(contexts.Connection);
                await connection.OpenAsync(stop.Token).ConfigureAwait(false);
                connection.Notification += (_, _) => Pulse();
                await using (var listen = new NpgsqlCommand("LISTEN " + Channel, connection))
                    await listen.ExecuteNonQueryAsync(stop.Token).ConfigureAwait(false);
                while (true)
                    await connection.WaitAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException)
            {
                // The database is away; waiters poll meanwhile.
                await Task.Delay(
                    TimeSpan.FromSeconds(5), stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
