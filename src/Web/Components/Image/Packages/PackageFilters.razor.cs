using System.Globalization;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Packages;

/// <summary>Ecosystem, layer, order and name of the packages that are shown.</summary>
public sealed partial class PackageFilters : ComponentBase
{
    private static readonly (PackageSort Sort, string Name)[] Sorts =
    [
        (PackageSort.Size, "size on disk"),
        (PackageSort.Pull, "size to pull"),
        (PackageSort.Wasted, "wasted bytes"),
        (PackageSort.Name, "name"),
    ];

    private IReadOnlyList<Choice> choices = [];

    [Parameter, EditorRequired]
    public required PackagesOfPart Packages { get; set; }

    [Parameter, EditorRequired]
    public required PackageFilter Filter { get; set; }

    [Parameter]
    public int? Layer { get; set; }

    /// <summary>At each key.</summary>
    [Parameter]
    public EventCallback<string> OnSearch { get; set; }

    [Parameter]
    public EventCallback<PackageFilter> OnFilter { get; set; }

    [Parameter]
    public EventCallback<int?> OnLayer { get; set; }

    protected override void OnParametersSet() => choices =
    [
        new("", "All", "Packages of every ecosystem", Packages.Count, Filter.Ecosystem.Length == 0),
        .. Packages.Ecosystems.Select(e => new Choice(
            e.Name,
            Ecosystems.Name(e.Name),
            $"{Bytes.Text(e.DiskBytes)} on disk",
            e.Count,
            Filter.Ecosystem == e.Name)),
    ];

    private Task SearchAsync(ChangeEventArgs change) => OnSearch.InvokeAsync(change.Value?.ToString() ?? "");

    private Task PickLayerAsync(ChangeEventArgs change) => OnLayer.InvokeAsync(
        int.TryParse(change.Value?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            ? layer
            : null);

    private Task PickSortAsync(ChangeEventArgs change) =>
        Enum.TryParse<PackageSort>(change.Value?.ToString(), out var sort)
            ? OnFilter.InvokeAsync(Filter with { Sort = sort })
            : Task.CompletedTask;

    private sealed record Choice(string Ecosystem, string Label, string Tooltip, int Count, bool IsOn);
}
