using System.Globalization;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Files;

/// <summary>What lies in a directory, biggest first: the treemap for those who read or use the keyboard.</summary>
public sealed partial class NodeTable : ComponentBase
{
    /// <summary>Rows that are shown at first, and added at each click.</summary>
    private const int Step = 200;

    private readonly List<Row> rows = [];
    private NodeSummary summary = null!;
    private IReadOnlyList<int> children = [];
    private (FileView, int, Measure) known;

    [Parameter, EditorRequired]
    public required FileView View { get; set; }

    [Parameter, EditorRequired]
    public required int Node { get; set; }

    [Parameter]
    public Measure Measure { get; set; }

    /// <summary>Layers of the image, for the colour ramp.</summary>
    [Parameter]
    public int Layers { get; set; }

    [Parameter]
    public bool Estimated { get; set; }

    [Parameter]
    public EventCallback<string> OnOpen { get; set; }

    private string FirstTitle => Measure switch
    {
        Measure.Files => "Files",
        Measure.Wasted => "Wasted",
        _ => "On disk",
    };

    /// <summary>Beside what is wasted stands what is visible, or in one layer's view both together.</summary>
    private string SecondTitle => (Measure, View.Layer) switch
    {
        (not Measure.Wasted, _) => "To pull",
        (_, null) => "Visible",
        _ => "On disk",
    };

    private string LegendText => "Colours are layers."
        + (rows.Exists(r => r.IsWasted) ? " Struck through: wasted, a later layer deletes or replaces it." : "");

    private string EmptyText =>
        Measure == Measure.Wasted ? "Nothing in this directory is wasted." : "This directory is empty.";

    private string MoreText
    {
        get
        {
            var left = children.Count - rows.Count;
            return $"Show {Bytes.Count(Math.Min(Step, left))} of {Bytes.Count(left)} more";
        }
    }

    protected override void OnParametersSet()
    {
        if (known == (View, Node, Measure))
            return;
        known = (View, Node, Measure);
        summary = View.Describe(Node);
        children = View.Children(Node, Measure);
        rows.Clear();
        ShowMore();
    }

    private void ShowMore() =>
        rows.AddRange(children.Skip(rows.Count).Take(Step).Select(child => CreateRow(View.Describe(child))));

    private Row CreateRow(NodeSummary child)
    {
        var share = 100.0 * child.Sizes.By(Measure) / Math.Max(1, summary.Sizes.By(Measure));
        return new Row(
            child.Node,
            child.Path,
            SafeText.Show(child.Name) + (child.HasChildren ? "/" : child.Kind == EntryKind.Symlink ? " →" : ""),
            child.HasChildren,
            child.Wasted,
            $"layer {child.Layer}{(child.Wasted ? ", deleted or replaced by a later layer" : "")}",
            LayerColors.ForLayer(child.Layer, Layers),
            share.ToString("0.##", CultureInfo.InvariantCulture),
            FirstFigure(child.Sizes),
            SecondFigure(child.Sizes));
    }

    private Figure FirstFigure(NodeSizes sizes) => Measure switch
    {
        Measure.Files => new(Bytes.Count(sizes.Files), null),
        Measure.Wasted => new(Bytes.Text(sizes.WastedBytes), Bytes.Exact(sizes.WastedBytes)),
        _ => new(Bytes.Text(sizes.DiskBytes), Bytes.Exact(sizes.DiskBytes)),
    };

    private Figure SecondFigure(NodeSizes sizes) => Measure == Measure.Wasted
        ? new(Bytes.Text(sizes.DiskBytes), Bytes.Exact(sizes.DiskBytes))
        : new(
            Bytes.Text(sizes.PullBytes, Estimated), Bytes.Exact(sizes.PullBytes) + (Estimated ? ", estimated" : ""));

    private sealed record Figure(string Text, string? Exact);

    private sealed record Row(
        int Node,
        string Path,
        string Name,
        bool IsDirectory,
        bool IsWasted,
        string LayerText,
        string Color,
        string Share,
        Figure First,
        Figure Second);
}
