using ImageInsight.Analysis;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image;

/// <summary>The Dockerfile of an image as it was, and how it could be, as a diff with the findings in its margin.</summary>
public sealed partial class DockerfileTab : ComponentBase
{
    /// <summary>A history that is longer was made by no person.</summary>
    private const int MaxRows = 1000;

    private Dockerfile made = null!;
    private IReadOnlyList<(int? Old, int? New)> rows = [];
    private Dictionary<string, Finding> byId = [];
    private bool improved;
    private (FileTree?, IReadOnlyList<Finding>?) shown;

    [Parameter, EditorRequired]
    public required ImageSummary Summary { get; set; }

    [Parameter, EditorRequired]
    public required FileTree Tree { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Finding> Findings { get; set; }

    [Parameter]
    public bool Estimated { get; set; }

    [Parameter]
    public EventCallback<string> OnFinding { get; set; }

    protected override void OnParametersSet()
    {
        if (shown == (Tree, Findings))
            return;
        shown = (Tree, Findings);
        made = Dockerfile.Create(Tree, Summary.History, Summary.Base, Summary.Platform, Findings);
        byId = Findings.ToDictionary(f => f.Id, StringComparer.Ordinal);
        improved = made.Ignore is not null || made.Text != made.ProposedText;
        rows = improved
            ? LineDiff.Of([.. made.Lines.Select(l => l.Text)], [.. made.Proposed.Select(l => l.Text)])
            : [.. made.Lines.Select((_, i) => ((int?)i, (int?)i))];
    }
}
