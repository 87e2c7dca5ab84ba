using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image;

/// <summary>The packages of an image: by size, by ecosystem, by layer, and what pulled each in.</summary>
public sealed partial class PackagePanel : ComponentBase
{
    private const int Step = 100;

    private readonly List<int> found = [];
    private IReadOnlyList<(string Name, int Count, long Disk)> ecosystems = [];
    private IReadOnlyList<(int Index, int Count)> layersWith = [];
    private (PackageList List, ImagePart Of)? known;
    private List<int> mine = [];
    private (PackagePlace Where, int? Layer)? place;
    private string search = "";
    private long owned;
    private long foundBytes;
    private int shown = Step;
    private int opened = -1;

    [Parameter, EditorRequired]
    public required PackageList Packages { get; set; }

    [Parameter, EditorRequired]
    public required PackagePlace Where { get; set; }

    /// <summary>Only what this layer brought.</summary>
    [Parameter]
    public int? Layer { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<LayerSummary> Layers { get; set; }

    [Parameter, EditorRequired]
    public required BaseImage Base { get; set; }

    /// <summary>Only what these layers brought.</summary>
    [Parameter]
    public ImagePart Of { get; set; }

    /// <summary>Bytes of the final file system.</summary>
    [Parameter]
    public long Visible { get; set; }

    [Parameter]
    public bool Estimated { get; set; }

    /// <summary>To which the name of the export is added; null where the API may not be asked.</summary>
    [Parameter]
    public string? ExportUrl { get; set; }

    [Parameter]
    public EventCallback<(PackagePlace Where, int? Layer)> OnGo { get; set; }

    /// <summary>A package of the other owner.</summary>
    [Parameter]
    public EventCallback<string> OnElsewhere { get; set; }

    [Parameter]
    public EventCallback<string> OnPath { get; set; }

    [Parameter]
    public EventCallback<int> OnLayer { get; set; }

    protected override void OnParametersSet()
    {
        var all = Packages.All;
        if (known != (Packages, Of))
        {
            known = (Packages, Of);
            place = null;
            mine = [.. Enumerable.Range(0, all.Count).Where(i => Of.HasLayer(Base, all[i].Layer))];
            var shownOf = mine.Select(i => all[i]).ToList();
            owned = shownOf.Sum(p => p.DiskBytes);
            ecosystems = [.. shownOf.GroupBy(p => p.Ecosystem).Select(g => (g.Key, g.Count(), g.Sum(p => p.DiskBytes))).OrderByDescending(e => e.Item3).ThenBy(e => e.Key, StringComparer.Ordinal)];
            layersWith = [.. shownOf.GroupBy(p => p.Layer).Select(g => (g.Key, g.Count())).OrderBy(l => l.Key)];
        }

        if (place == (Where, Layer))
            return;
        // An address names a purl, which may stand at several places; a click names the place.
        if (Where.Open.Length == 0)
            opened = -1;
        else if (opened < 0 || all[opened].Purl != Where.Open)
            opened = Enumerable.Range(0, all.Count).FirstOrDefault(i => all[i].Purl == Where.Open, -1);
        var same = place is { } before && before.Layer == Layer && before.Where with { Open = Where.Open } == Where;
        place = (Where, Layer);
        search = Where.Search;
        Find(all);
        if (!same)
            shown = Step;
        // What an address opens is to be seen.
        if (opened >= 0 && found.IndexOf(opened) is var at && at >= shown)
            shown = at + 1;
    }

    private void Find(IReadOnlyList<Package> all)
    {
        var wanted = mine.Where(i =>
            (Where.Ecosystem.Length == 0 || all[i].Ecosystem == Where.Ecosystem) && (Layer is null || all[i].Layer == Layer)
            && all[i].Name.Contains(search, StringComparison.OrdinalIgnoreCase));
        found.Clear();
        found.AddRange((Where.Sort switch
        {
            PackageSort.Pull => wanted.OrderByDescending(i => all[i].PullBytes),
            PackageSort.Hidden => wanted.OrderByDescending(i => all[i].WastedBytes),
            PackageSort.Name => wanted.OrderBy(i => all[i].Name, StringComparer.OrdinalIgnoreCase),
            _ => wanted.OrderByDescending(i => all[i].DiskBytes),
        }).ThenBy(i => all[i].Name, StringComparer.Ordinal).ThenBy(i => i));
        foundBytes = found.Sum(i => all[i].DiskBytes);
    }

    private void Search(ChangeEventArgs change)
    {
        search = change.Value?.ToString() ?? "";
        shown = Step;
        Find(Packages.All);
    }

    private Task GoAsync(PackagePlace where) => OnGo.InvokeAsync((where, Layer));

    private Task OpenAsync(int position)
    {
        var purl = Packages.All[position].Purl;
        var close = opened == position;
        opened = close ? -1 : position;
        // One that is not in the list is looked for in the whole.
        return found.Contains(position)
            ? GoAsync(Where with { Open = close ? "" : purl })
            : mine.Contains(position) ? OnGo.InvokeAsync((PackagePlace.Start with { Open = purl, Sort = Where.Sort }, null)) : OnElsewhere.InvokeAsync(purl);
    }

    private Task ClearAsync() => OnGo.InvokeAsync((PackagePlace.Start with { Sort = Where.Sort }, null));

    private Task PickLayerAsync(ChangeEventArgs change) =>
        OnGo.InvokeAsync((Where, int.TryParse(change.Value?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : null));

    private Task PickSortAsync(ChangeEventArgs change) =>
        Enum.TryParse<PackageSort>(change.Value?.ToString(), out var sort) ? GoAsync(Where with { Sort = sort }) : Task.CompletedTask;

    private string ExportOf => Of == ImagePart.All ? "" : "&of=" + Of.ToString().ToLowerInvariant();

    private string? Instruction(int layer) => layer < Layers.Count ? Layers[layer].Instruction : null;

    private static string SortName(PackageSort sort) => sort switch
    {
        PackageSort.Size => "size on disk",
        PackageSort.Pull => "size to pull",
        PackageSort.Hidden => "hidden bytes",
        _ => "name",
    };
}
