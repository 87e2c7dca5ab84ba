using ImageInsight.Analysis;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Orders;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Home;

/// <summary>Takes a reference, says at once what is wrong with it, and asks for the platform when there are several.</summary>
public sealed partial class ReferencePanel : ComponentBase
{
    private readonly CancellationTokenSource closed = new();
    private IReadOnlyList<NamedCredential> kept = [];
    private string text = "";
    private string named = "";
    private string user = "";
    private string password = "";
    private PastedReference? order;
    private string? wrong;
    private string? failure;
    private Inspection? inspection;
    private bool busy;

    [Inject]
    private Pulls Pulls { get; set; } = null!;

    [Inject]
    private CredentialStore Credentials { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Nothing is wrong with what nobody has typed yet.</summary>
    private string? Problem => text.Trim().Length == 0 ? null : wrong;

    private string Says => Problem
        ?? (order is null
            ? "What docker pull takes, a docker pull line, or the address of an image's page."
            : $"{order.Reference}{(order.Platform is null ? "" : $" for {order.Platform}")}");

    public void Dispose()
    {
        closed.Cancel();
        closed.Dispose();
    }

    protected override async Task OnInitializedAsync() => kept = await Credentials.ListAsync(closed.Token);

    private void Typed()
    {
        (inspection, failure) = (null, null);
        if (!PastedReference.TryParse(text, out order, out wrong))
            order = null;
    }

    private Task SubmitAsync() => order is null ? Task.CompletedTask : GuardedAsync(async () =>
    {
        if (order.Platform is not null)
        {
            await PullNowAsync(order.Platform.ToString());
            return;
        }

        var found = await Pulls.InspectAsync(Order(null), closed.Token);
        if (found.Platforms.Count == 1)
            // By its own name: a single image for another platform is what was meant.
            await PullNowAsync(found.Platforms[0].Platform);
        else
            inspection = found;
    });

    private Task PullAsync(string? platform) => GuardedAsync(() => PullNowAsync(platform));

    private async Task PullNowAsync(string? platform) => Navigation.NavigateTo($"/images/{await Pulls.EnqueueAsync(Order(platform), closed.Token)}", forceLoad: true);

    private PullOrder Order(string? platform) => PullOrder.Read(
        text,
        platform,
        named.Length > 0 ? new GivenCredential(named)
            : user.Length > 0 && password.Length > 0 ? new GivenCredential(Username: user, Password: password)
            : null);

    private async Task GuardedAsync(Func<Task> act)
    {
        (busy, failure) = (true, null);
        StateHasChanged();
        try
        {
            await act();
        }
        catch (Exception e) when (e is ImageException or OrderException)
        {
            failure = e.Message;
        }
        finally
        {
            busy = false;
        }
    }
}
