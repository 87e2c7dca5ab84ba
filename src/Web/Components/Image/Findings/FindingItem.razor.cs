using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Findings;

/// <summary>One finding: what it would save, and when it is open what to do and where.</summary>
public sealed partial class FindingItem : ComponentBase
{
    /// <summary>More paths than a person reads; the export has all that are kept.</summary>
    private const int MaxPaths = 100;

    private string title = "";
    private string severity = "";

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    [Parameter, EditorRequired]
    public required Finding Finding { get; set; }

    [Parameter]
    public bool IsTicked { get; set; }

    [Parameter]
    public EventCallback<string> OnTick { get; set; }

    private bool IsOpen => Image.Location.Finding == Finding.Id;

    private string PullText => Bytes.Text(Finding.PullBytes, Image.PullEstimated);

    private string LayerText => Finding.Layer is { } layer ? $"layer {layer}" : "";

    private bool HasSnippet => Finding.Fix.Snippet.Length > 0;

    private string OtherNames => string.Join(", ", Finding.KnownAs);

    private IEnumerable<Evidence> Paths => Finding.Paths.Take(MaxPaths);

    private string PathsTitle =>
        (Finding.PathCount == 1 ? "1 path" : $"{Bytes.Count(Finding.PathCount)} paths")
        + (Finding.PathCount > MaxPaths ? $", the biggest {MaxPaths}" : "");

    protected override void OnParametersSet()
    {
        title = SafeText.Show(Finding.Title);
        severity = Finding.Severity.ToString().ToLowerInvariant();
    }
}
