using ImageInsight.Data.Stores;
using ImageInsight.Web.Components.Display;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace ImageInsight.Web.Components.Image.Header;

/// <summary>Makes links to this analysis, lists those that work, and ends them.</summary>
public sealed partial class ShareDialog : ComponentBase
{
    /// <summary>Ten years.</summary>
    private const int MaxHours = 87_600;

    private ElementReference opener;
    private bool open;
    private int hours = 168;
    private string? url;
    private IReadOnlyList<ShareRecord> shares = [];

    [Parameter, EditorRequired]
    public required Guid AnalysisId { get; set; }

    [Inject]
    private ShareStore Store { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private async Task ToggleAsync()
    {
        open = !open;
        url = null;
        if (open)
            await LoadAsync();
    }

    private Task OnKeyAsync(KeyboardEventArgs e) => open && e.Key == "Escape" ? CloseAsync() : Task.CompletedTask;

    /// <summary>The focus goes back to where it came from, not to the top of the page.</summary>
    private async Task CloseAsync()
    {
        open = false;
        await opener.FocusAsync();
    }

    private async Task CreateAsync()
    {
        var lifetime = TimeSpan.FromHours(Math.Clamp(hours, 1, MaxHours));
        if (await Store.CreateAsync(AnalysisId, lifetime, CancellationToken.None) is { } share)
            url = Navigation.BaseUri + "s/" + share.Token;
        await LoadAsync();
    }

    private async Task RevokeAsync(Guid id)
    {
        await Store.RevokeAsync(id, CancellationToken.None);
        url = null;
        await LoadAsync();
    }

    private string Made(ShareRecord share) => TimeText.Ago(share.CreatedAt, Time.GetUtcNow().UtcDateTime);

    private async Task LoadAsync() => shares = await Store.ListAsync(AnalysisId, CancellationToken.None) ?? [];
}
