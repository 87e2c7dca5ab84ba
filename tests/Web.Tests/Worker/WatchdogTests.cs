using ImageInsight.Web.Reading;

namespace ImageInsight.Web.Tests.Worker;

public sealed class WatchdogTests
{
    [Fact]
    public async Task Work_that_does_not_stop_is_given_up()
    {
        using var end = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var running = Watchdog.RunAsync(
            _ =>
            {
                // A loop that never asks.
                end.Wait(CancellationToken.None);
                return Task.FromResult(1);
            },
            TimeSpan.FromMilliseconds(50),
            stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<WorkGivenUpException>(() => running);
        end.Set();
    }

    [Fact]
    public async Task Work_that_stops_when_told_ends_as_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var running = Watchdog.RunAsync<int>(
            async t =>
            {
                await Task.Delay(Timeout.Infinite, t);
                return 1;
            },
            TimeSpan.FromMinutes(1),
            stop.Token);
        await stop.CancelAsync();
        Assert.IsNotType<WorkGivenUpException>(
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running));
    }

    [Fact]
    public async Task Work_that_ends_in_time_gives_its_result() =>
        Assert.Equal(
            7, await Watchdog.RunAsync(_ => Task.FromResult(7), TimeSpan.Zero, TestContext.Current.CancellationToken));
}
