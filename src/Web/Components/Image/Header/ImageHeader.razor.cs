using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using ImageInsight.Web.Viewing;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Header;

/// <summary>Which image it is, where it came from, and what else came with it.</summary>
public sealed partial class ImageHeader : ComponentBase
{
    private const int MaxTags = 4;

    private IReadOnlyList<string> tags = [];
    private int knownLayers;

    [Parameter, EditorRequired]
    public required ImageData Data { get; set; }

    [Parameter, EditorRequired]
    public required ViewGrant Grant { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private AnalysisRecord Record => Data.Record;

    private bool CanShare => Grant.ShareId is null && Record.State == AnalysisState.Done;

    private string Arrived =>
        SourceText.Arrived(Record.Source, Record.State == AnalysisState.Done)
        + " " + TimeText.Ago(Record.CreatedAt, Time.GetUtcNow().UtcDateTime);

    protected override void OnParametersSet()
    {
        tags = [.. (Record.Summary?.Tags ?? []).Where(t => t != Record.Name).Take(MaxTags)];
        knownLayers = Record.State == AnalysisState.Done ? Record.Progress.Layers?.Count(l => l.Known) ?? 0 : 0;
    }

    private static string SiblingText(SiblingRecord sibling) =>
        SafeText.Show(sibling.Platform ?? sibling.Name)
        + (sibling.State == AnalysisState.Failed ? " (failed)" : "");
}
