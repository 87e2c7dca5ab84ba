using ImageInsight.Analysis;
using ImageInsight.Analysis.References;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Home;

/// <summary>Takes a reference, says at once what is wrong with it, and asks which of its platforms is meant.</summary>
public sealed partial class ReferencePanel : ComponentBase
{
    private readonly CancellationTokenSource closed = new();
    private IReadOnlyList<NamedCredential> logins = [];
    private string text = "";
    private string savedLogin = "";
    private string user = "";
    private string password = "";
    private PastedReference? order;
    private string? problem;
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
    private string? Problem => text.Trim().Length == 0 ? null : problem;

    private string Hint => Problem
        ?? (order is null
            ? "An image reference, a docker pull command, or the URL of the image on its registry."
            : $"{order.Reference}{(order.Platform is null ? "" : $" for {order.Platform}")}");

    private string SubmitText => busy ? "Looking …" : "Analyse";

    private bool UsesSavedLogin => savedLogin.Length > 0;

    public void Dispose()
    {
        closed.Cancel();
        closed.Dispose();
    }

    protected override async Task OnInitializedAsync() => logins = await Credentials.ListAsync(closed.Token);

    private void ReadReference()
    {
        (inspection, failure) = (null, null);
        if (!PastedReference.TryParse(text, out order, out problem))
            order = null;
    }

    private Task SubmitAsync() => order is null ? Task.CompletedTask : GuardedAsync(async () =>
    {
        if (order.Platform is not null)
        {
            await PullNowAsync(order.Platform.ToString());
            return;
        }

        var found = await Pulls.InspectAsync(CreateOrder(null), closed.Token);
        if (found.Platforms.Count == 1)
            // By its own name: a single image for another platform is what was meant.
            await PullNowAsync(found.Platforms[0].Platform);
        else
            inspection = found;
    });

    private Task PullAsync(string? platform) => GuardedAsync(() => PullNowAsync(platform));

    private async Task PullNowAsync(string? platform)
    {
        var id = await Pulls.EnqueueAsync(CreateOrder(platform), closed.Token);
        Navigation.NavigateTo($"/images/{id}", forceLoad: true);
    }

    private PullOrder CreateOrder(string? platform) => PullOrder.Read(
        text,
        platform,
        UsesSavedLogin ? new GivenCredential(savedLogin)
            : user.Length > 0 && password.Length > 0 ? new GivenCredential(Username: user, Password: password)
            : null);

    private static string PlatformText(InspectedPlatform platform) =>
        SafeText.Show(platform.Platform ?? "not stated") + (platform.IsDefault ? " (this server's own)" : "");

    private async Task GuardedAsync(Func<Task> act)
    {
        (busy, failure) = (true, null);
        StateHasChanged();
        try
        {
            await act();
        }
        catch (ImageException e)
        {
            failure = ImageErrorText.Describe(e);
        }
        catch (OrderException e)
        {
            failure = e.Message;
        }
        finally
        {
            busy = false;
        }
    }
}
