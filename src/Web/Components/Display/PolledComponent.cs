using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Display;

/// <summary>Loads at its start, and again every so often for as long as somebody looks.</summary>
public abstract class PolledComponent : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource closed = new();
    private Task watching = Task.CompletedTask;

    protected CancellationToken Closed => closed.Token;

    /// <summary>Until the next look; asked each time.</summary>
    protected abstract TimeSpan Interval { get; }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closed.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract Task LoadAsync();

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            watching = WatchAsync();
    }

    private async Task WatchAsync()
    {
        while (!closed.IsCancellationRequested)
        {
            await Task.Delay(Interval, closed.Token);
            // A database that is away for a moment is asked again.
            await LoadAsync().ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            StateHasChanged();
        }
    }
}
