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

    private string Origin => Navigation.BaseUri.TrimEnd('/');

    private string Authority => new Uri(Navigation.BaseUri).Authority;
}
