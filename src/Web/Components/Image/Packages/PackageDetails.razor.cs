using ImageInsight.Analysis.Packages;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Packages;

/// <summary>One package: where it is from, which files are its, and why it is installed.</summary>
public sealed partial class PackageDetails : ComponentBase
{
    /// <summary>More names than a person reads.</summary>
    private const int MaxNeeds = 40;

    private Package package = null!;
    private IReadOnlyList<int> chain = [];
    private IReadOnlyList<int> needs = [];
    private int? carrier;
    private int others;

    [Parameter, EditorRequired]
    public required PackageList List { get; set; }

    [Parameter, EditorRequired]
    public required int Position { get; set; }

    [Parameter]
    public string? Instruction { get; set; }

    [Parameter]
    public EventCallback<int> OnPackage { get; set; }

    [Parameter]
    public EventCallback<string> OnPath { get; set; }

    [Parameter]
    public EventCallback<int> OnLayer { get; set; }

    private string FilesText =>
        $"{Bytes.Count(package.Files)} files, {Bytes.Exact(package.DiskBytes)} on disk"
        + (package.WastedBytes > 0 ? $", {Bytes.Exact(package.WastedBytes)} of older copies wasted" : "");

    private string OthersText => others switch
    {
        0 => "",
        1 => "and 1 more needs it",
        _ => $"and {Bytes.Count(others)} more need it",
    };

    private string ReasonText => package.OnPurpose switch
    {
        true => "Installed explicitly.",
        false => "Not installed explicitly, and no installed package needs it: it was only recommended, or what needed "
            + "it was removed.",
        null => "The image does not record why it is installed.",
    };

    private string MoreNeedsText =>
        List.Needs[Position].Count > MaxNeeds ? $"and {List.Needs[Position].Count - MaxNeeds} more" : "";

    protected override void OnParametersSet()
    {
        package = List.All[Position];
        chain = package.OnPurpose == true ? [] : List.ChainTo(Position);
        needs = [.. List.Needs[Position].Take(MaxNeeds)];
        others = Math.Max(0, List.NeededBy[Position].Count(n => n != Position) - 1);
        carrier = package.OwnedBy is null
            ? null
            : Enumerable.Range(0, List.All.Count).First(i => List.All[i].Purl == package.OwnedBy);
    }

    private string Name(int position) => SafeText.Show(List.All[position].Name);
}
