using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using ImageInsight.Web.Orders;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Registries;

/// <summary>The watched references; looks again every few seconds.</summary>
public sealed partial class WatchList : PolledComponent
{
    /// <summary>A year.</summary>
    private const int MaxHours = 8760;

    /// <summary>Links to the newest analyses of a reference, as many as a row has room for.</summary>
    private static readonly string[] LinkNames = ["newest", "previous", "the one before"];

    private IReadOnlyList<Row>? rows;
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

    protected override TimeSpan Interval => TimeSpan.FromSeconds(3);

    protected override async Task LoadAsync()
    {
        rows = [.. (await Store.ListAsync(Closed)).Select(CreateRow)];
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

    private Row CreateRow(WatchRecord watch) => new(
        watch.Id,
        SafeText.Show(watch.Reference),
        watch.Platform,
        watch.LastError is null ? null : SafeText.Show(watch.LastError),
        [.. watch.Analyses.Zip(LinkNames)],
        watch.Analyses.Count,
        watch.CheckedAt is { } at ? TimeText.Ago(at, Time.GetUtcNow().UtcDateTime) : "not yet",
        watch.CheckedAt is { } checkedAt ? TimeText.Exact(checkedAt) : null,
        watch.EveryHours);

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

    private sealed record Row(
        Guid Id,
        string Reference,
        string? Platform,
        string? Error,
        IReadOnlyList<(Guid Id, string Name)> Analyses,
        int Total,
        string Checked,
        string? CheckedExact,
        int EveryHours);
}
