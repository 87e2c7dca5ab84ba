using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Display;

internal static class LinkTarget
{
    /// <summary>On the page that is open: with a base element a bare #id would lead to the start page.</summary>
    public static string OnThisPage(NavigationManager navigation, string id) =>
        "/" + navigation.ToBaseRelativePath(navigation.Uri).Split('#')[0] + "#" + id;
}
