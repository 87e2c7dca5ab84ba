using ImageInsight.Analysis.Instructions;
using ImageInsight.Reporting.Wording;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.History;

/// <summary>The history of the config, each instruction with the layer it made.</summary>
public sealed partial class HistoryList : ComponentBase
{
    private IReadOnlyList<Row> rows = [];

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    private string CountText => rows.Count == 1 ? "1 instruction" : $"{Bytes.Count(rows.Count)} instructions";

    protected override void OnParametersSet() => rows = [.. Image.Summary.History.Select(CreateRow)];

    private static Row CreateRow(HistoryEntry entry) => new(
        entry.Layer,
        entry.Empty ? "no layer" : "",
        InstructionText.Show(entry.Instruction.Length == 0 ? "(not stated)" : entry.Instruction),
        SafeText.Show(entry.Instruction));

    private sealed record Row(int? Layer, string NoLayer, string Text, string Full);
}
