using ImageInsight.Data.Stores;
using ImageInsight.Web.Components.Display;
using ImageInsight.Web.Orders;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Registries;

/// <summary>The watched references; looks again every few seconds.</summary>
public sealed partial class WatchList : PolledComponent
{
    private IReadOnlyList<WatchRecord>? watches;
    private IReadOnlyList<NamedCredential> credentials = [];
    private string reference = "";
    private string platform = "";
    private string credential = "";
    private int hours = 24;
    private string? failure;

    [Inject]
    private WatchStore Store { get; set; } = null!;

    [Inject]
    private Watches Orders { get; set; } = null!;

    [Inject]
    private CredentialStore Credentials { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private DateTime Now => Time.GetUtcNow().UtcDateTime;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(3);

    protected override async Task LoadAsync()
    {
        watches = await Store.ListAsync(Closed);
        credentials = await Credentials.ListAsync(Closed);
    }

    private async Task AddAsync()
    {
        failure = null;
        try
        {
            await Orders.AddAsync(reference, platform, credential, hours, Closed);
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
        await Store.HastenAsync(id, Closed);
        await LoadAsync();
    }

    private async Task DeleteAsync(Guid id)
    {
        await Store.DeleteAsync(id, Closed);
        await LoadAsync();
    }
}
