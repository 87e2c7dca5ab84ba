using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Image;
using ImageInsight.Web.Viewing;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Pages;

/// <summary>What somebody with a link sees. Bad, revoked and expired links are one answer.</summary>
public sealed partial class SharedPage : ComponentBase
{
    private ViewGrant? grant;
    private string? name;
    private ImageLocation location = ImageLocation.Start;

    [Parameter]
    public string Token { get; set; } = "";

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private ShareStore Shares { get; set; } = null!;

    [Inject]
    private PageRecord PageRecord { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Title => $"{SafeText.Show(name ?? "Not found")} · ImageInsight";

    protected override async Task OnInitializedAsync()
    {
        if (await Shares.OpenAsync(Token, Http.RequestAborted) is { } share)
        {
            var opened = new ViewGrant(share.AnalysisId, share.Id);
            if (await PageRecord.ReadAsync(opened, Http.RequestAborted) is { } record)
                (grant, name) = (opened, record.Name);
        }

        if (grant is null)
            Navigation.NotFound();
        else
            location = ImageLocation.Parse(Http.Request.QueryString.Value);
    }
}
