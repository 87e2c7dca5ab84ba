using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image;

public sealed partial class TabBar : ComponentBase
{
    private IReadOnlyList<Item> items = [];

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    protected override void OnParametersSet() => items =
        [.. ImageTabs.All.Select(t => new Item(t.Key, t.Title, t.Count?.Invoke(Image), t.Key == Image.Location.Tab))];

    private sealed record Item(string Key, string Title, int? Count, bool IsOpen);
}
