using ImageInsight.Data.Stores;
using ImageInsight.Web.Components.Display;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Registries;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Registries;

/// <summary>Names of the saved logins; what was typed once is never shown again.</summary>
public sealed partial class CredentialList : ComponentBase
{
    private readonly CancellationTokenSource closed = new();
    private IReadOnlyList<NamedCredential>? logins;
    private string name = "";
    private string registry = "";
    private string user = "";
    private string password = "";
    private string? failure;

    [Inject]
    private CredentialStore Store { get; set; } = null!;

    [Inject]
    private CredentialKeeper Keeper { get; set; } = null!;

    [Inject]
    private InsightSettings Settings { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string ImportCommand =>
        "curl --data-binary @$HOME/.docker/config.json -H 'Content-Type: application/json' "
        + (Settings.AccessToken is null ? "" : "-H \"Authorization: Bearer $TOKEN\" ")
        + $"{Navigation.BaseUri.TrimEnd('/')}/api/credentials/import";

    public void Dispose()
    {
        closed.Cancel();
        closed.Dispose();
    }

    protected override async Task OnInitializedAsync() => logins = await Store.ListAsync(closed.Token);

    private async Task AddAsync()
    {
        failure = null;
        try
        {
            await Keeper.KeepAsync(name.Trim(), registry.Trim(), user, password, closed.Token);
            (name, registry, user) = ("", "", "");
        }
        catch (CredentialException e)
        {
            failure = e.Message;
        }

        password = "";
        logins = await Store.ListAsync(closed.Token);
    }

    private string Saved(NamedCredential login) => TimeText.Ago(login.CreatedAt, Time.GetUtcNow().UtcDateTime);

    private async Task DeleteAsync(string credential)
    {
        await Store.DeleteAsync(credential, closed.Token);
        logins = await Store.ListAsync(closed.Token);
    }
}
