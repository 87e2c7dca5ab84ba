using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Dockerfiles;

/// <summary>The findings of an instruction, in the margin of its line.</summary>
public sealed partial class DockerfileNotes : ComponentBase
{
    /// <summary>A margin is narrow; the list of findings has all of them.</summary>
    private const int MaxNotes = 4;

    private IReadOnlyList<Note> notes = [];

    [Parameter, EditorRequired]
    public required IReadOnlyList<Finding> Findings { get; set; }

    [Parameter]
    public EventCallback<string> OnFinding { get; set; }

    protected override void OnParametersSet() => notes =
    [
        .. Findings.OrderByDescending(f => f.Confidence > Confidence.Maybe).Take(MaxNotes).Select(f => new Note(
            f.Id,
            f.RuleId + (f.DiskBytes > 0 ? " " + Bytes.Text(f.DiskBytes) : ""),
            SafeText.Show(f.Title),
            f.Confidence == Confidence.Maybe)),
    ];

    private sealed record Note(string Id, string Text, string Title, bool IsUnsure);
}
