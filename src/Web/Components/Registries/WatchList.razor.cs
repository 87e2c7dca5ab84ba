using ImageInsight.Data.Stores;
using ImageInsight.Web.Api;
using ImageInsight.Web.Registries;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Registries;

/// <summary>The watched references; looks again every few seconds.</summary>
public sealed partial class WatchList : ComponentBase
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource closed = new();
    private IReadOnlyList<WatchRecord>? watches;
    private IReadOnlyList<NamedCredential> credentials = [];
    private string reference = "";
    private string platform = "";
    private string credential = "";
    private int hours = 24;
    private string? failure;
    private Task watching = Task.CompletedTask;

    [Inject]
    private WatchStore Store { get; set; } = null!;

    [Inject]
    private Watches Orders { get; set; } = null!;

    [Inject]
    private CredentialStore Credentials { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private DateTime Now => Time.GetUtcNow().UtcDateTime;

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closed.Dispose();
    }

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
            await LoadAsync();
            StateHasChanged();
        }
    }

    private async Task LoadAsync()
    {
        watches = await Store.ListAsync(closed.Token);
        credentials = await Credentials.ListAsync(closed.Token);
    }

    private async Task AddAsync()
    {
        failure = null;
        try
        {
            var order = new PullBody(reference, platform, credential.Length == 0 ? null : new CredentialBody(credential, null, null)).Check();
            await Orders.AddAsync(order, Math.Clamp(hours, 1, 8760), closed.Token);
            (reference, platform) = ("", "");
            await LoadAsync();
        }
        catch (OrderException e)
        {
            failure = e.Message;
        }
    }

    private async Task CheckAsync(Guid id)
    {
        await Store.HastenAsync(id, closed.Token);
        await LoadAsync();
    }

    private async Task DeleteAsync(Guid id)
    {
        await Store.DeleteAsync(id, closed.Token);
        await LoadAsync();
    }
}
