using ImageInsight.Analysis.Packages;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Packages;

/// <summary>Packages line by line, one of them open.</summary>
public sealed partial class PackageTable : ComponentBase
{
    private const string WastedMeaning =
        "Wasted bytes at its paths: older copies that a chown or an upgrade left in lower layers";

    private IReadOnlyList<Row> rows = [];

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    /// <summary>Of the packages that are shown, in the list of all.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<int> Positions { get; set; }

    /// <summary>On a narrow screen only the figure that they are sorted by has a column.</summary>
    [Parameter]
    public PackageSort Sort { get; set; }

    /// <summary>The position of the one whose details are shown.</summary>
    [Parameter]
    public int? Open { get; set; }

    [Parameter]
    public EventCallback<int> OnOpen { get; set; }

    private string DiskClass => Sort is PackageSort.Size or PackageSort.Name ? "" : "wide";

    private string PullClass => Sort == PackageSort.Pull ? "" : "wide";

    private string WastedClass => Sort == PackageSort.Wasted ? "" : "wide";

    protected override void OnParametersSet() => rows = [.. Positions.Select(CreateRow)];

    private Row CreateRow(int position)
    {
        var package = Image.Part.Data.Packages!.All[position];
        return new Row(
            position,
            package,
            SafeText.Show(package.Name),
            TagOf(package),
            LayerColors.ForLayer(package.Layer, Image.LayerCount),
            package.Layer < Image.LayerCount ? Image.Summary.Layers[package.Layer].Instruction : null,
            $"{Bytes.Exact(package.DiskBytes)} in {Bytes.Count(package.Files)} files",
            package.WastedBytes == 0 ? "" : Bytes.Text(package.WastedBytes),
            position == Open);
    }

    private static Tag? TagOf(Package package) => package switch
    {
        { Development: true } => new("only for development", "The lock file says that only development needs it"),
        { OnPurpose: true } => new("installed explicitly", "Named in an install, not brought by another package"),
        _ => null,
    };

    private sealed record Tag(string Label, string Meaning);

    private sealed record Row(
        int Position,
        Package Package,
        string Name,
        Tag? Tag,
        string Color,
        string? Instruction,
        string DiskDetails,
        string Wasted,
        bool IsOpen);
}
