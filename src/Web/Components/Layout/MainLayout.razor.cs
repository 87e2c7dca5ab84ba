using ImageInsight.Web.Components.Display;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Layout;

public sealed partial class MainLayout : LayoutComponentBase
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string SkipTarget => LinkTarget.OnThisPage(Navigation, "content");
}
