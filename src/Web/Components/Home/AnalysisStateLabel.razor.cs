using ImageInsight.Data.Queue;
using ImageInsight.Data.Rows;
using ImageInsight.Data.Stores;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Home;

/// <summary>How far an analysis is, in a word, and why it failed.</summary>
public sealed partial class AnalysisStateLabel : ComponentBase
{
    [Parameter, EditorRequired]
    public required AnalysisRecord Analysis { get; set; }

    private string MarkClass => Analysis.State switch
    {
        AnalysisState.Done => "done",
        AnalysisState.Failed => "failed",
        AnalysisState.Running or AnalysisState.Receiving => "running",
        _ => "",
    };

    private string StateText => Analysis switch
    {
        { State: AnalysisState.Done } => "Done",
        { State: AnalysisState.Failed, ErrorCode: AnalysisErrors.Cancelled } => "Cancelled",
        { State: AnalysisState.Failed } => "Failed",
        { State: AnalysisState.Receiving } => "Receiving",
        { State: AnalysisState.Queued } => "Queued",
        _ => "Running",
    };

    private string? FailureText =>
        Analysis.State == AnalysisState.Failed ? SafeText.Show(Analysis.ErrorDetail) : null;
}
