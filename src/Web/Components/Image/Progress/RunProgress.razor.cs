using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Progress;

/// <summary>How far an analysis is, layer by layer, and how long it will take.</summary>
public sealed partial class RunProgress : ComponentBase
{
    /// <summary>Bytes that arrive and bytes that are read have speeds of their own.</summary>
    private AnalysisState? measured;

    private (long Ticks, long Bytes)? first;
    private IReadOnlyList<Bar> bars = [];
    private int known;

    [Parameter, EditorRequired]
    public required AnalysisRecord Record { get; set; }

    [Parameter]
    public bool CanCancel { get; set; }

    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private AnalysisProgress Progress => Record.Progress;

    private bool IsReceiving => Record.State == AnalysisState.Receiving;

    private string Title => Record.State switch
    {
        AnalysisState.Receiving => "Receiving the upload",
        AnalysisState.Queued => "Waiting for other analyses to end",
        _ => "Reading the layers",
    };

    /// <summary>Of an upload whose sender does not say how long it is.</summary>
    private bool IsOpenEnded => IsReceiving && Progress.BytesTotal == 0;

    private int LayersFound => Progress.LayersTotal;

    private bool IsStoring =>
        Record.State == AnalysisState.Running && Progress.BytesTotal > 0 && Progress.BytesDone >= Progress.BytesTotal;

    private int? SecondsLeft
    {
        get
        {
            if (first is not { } start || Progress.BytesDone <= start.Bytes || IsOpenEnded)
                return null;
            var seconds = Time.GetElapsedTime(start.Ticks).TotalSeconds;
            var speed = (Progress.BytesDone - start.Bytes) / Math.Max(seconds, 0.1);
            return (int)Math.Ceiling((Progress.BytesTotal - Progress.BytesDone) / Math.Max(speed, 1));
        }
    }

    protected override void OnParametersSet()
    {
        if (measured != Record.State)
        {
            measured = Record.State;
            first = Record.State == AnalysisState.Queued ? null : (Time.GetTimestamp(), Progress.BytesDone);
        }

        bars = [.. (Progress.Layers ?? []).Select(CreateBar)];
        known = bars.Count(b => b.Known);
    }

    private static Bar CreateBar(LayerProgress layer, int index) => new(
        layer.Known,
        Bytes.Percent(layer.BytesDone, layer.BytesTotal).Replace(" ", "", StringComparison.Ordinal),
        $"Layer {index}: " + (layer.Known
            ? "known, not downloaded again"
            : $"{Bytes.Text(layer.BytesDone)} of {Bytes.Text(layer.BytesTotal)}"));

    private sealed record Bar(bool Known, string Width, string Tooltip);
}
