using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Image;
using ImageInsight.Web.Viewing;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Pages;

public sealed partial class ImagePage : ComponentBase
{
    private AnalysisRecord? record;
    private ImageLocation location = ImageLocation.Start;

    [Parameter]
    public Guid Id { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private PageRecord PageRecord { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private ViewGrant Grant => new(Id);

    private string Title => $"{SafeText.Show(record?.Name ?? "Not found")} · ImageInsight";

    protected override async Task OnInitializedAsync()
    {
        record = await PageRecord.ReadAsync(Grant, Http.RequestAborted);
        if (record is null)
            Navigation.NotFound();
        else
            location = ImageLocation.Parse(Http.Request.QueryString.Value);
    }
}
