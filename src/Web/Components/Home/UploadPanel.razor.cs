using ImageInsight.Web.Access;
using ImageInsight.Web.Configuration;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Home;

/// <summary>Ways to send an image here: a file, a line for the shell, a push.</summary>
public sealed partial class UploadPanel : ComponentBase
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private InsightSettings Settings { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    private string Nonce => ScriptNonce.For(Http);


    private bool NeedsToken => Settings.AccessToken is not null;

    private string ShellLine =>
        "docker save app:1.2 | curl -T - "
        + (NeedsToken ? "-H \"Authorization: Bearer $TOKEN\" " : "")
        + $"\"{Navigation.BaseUri.TrimEnd('/')}/api/images/upload?name=app:1.2\"";

    /// <summary>The token is the password, whatever the user is called.</summary>
    private string PushLines
    {
        get
        {
            var host = new Uri(Navigation.BaseUri).Authority;
            return (NeedsToken ? $"docker login -u insight {host}   # password: the access token\n" : "")
                + $"docker tag app:1.2 {host}/app:1.2\ndocker push {host}/app:1.2";
        }
    }
}
