using ImageInsight.Analysis.Treemaps;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.TreeMapLib;
using Plotly.Blazor.Traces.TreeMapLib.MarkerLib;
using Plotly.Blazor.Traces.TreeMapLib.MarkerLib.PatternLib;

namespace ImageInsight.Web.Components.Treemap;

/// <summary>The tiles of a treemap as plotly.js wants them.</summary>
internal static class TreemapTrace
{
    public static TreeMap Create(Analysis.Treemaps.Treemap map, TileLook look)
    {
        var tiles = map.Tiles;
        return new TreeMap
        {
            Ids = [.. tiles.Select(t => (object)t.Id)],
            Parents = [.. tiles.Select(t => (object)t.ParentId)],
            Labels = [.. tiles.Select(t => (object)SafeText.ForPlotly(TileLook.Label(t)))],
            Values = [.. tiles.Select(t => (object)t.Value)],
            Text = [.. tiles.Select(t => (object)look.SizeText(t))],
            HoverTextArray = [.. tiles.Select(t => HoverText(t, look))],
            HoverInfo = HoverInfoFlag.Text,
            TextInfo = TextInfoFlag.Label | TextInfoFlag.Text,
            TextFont = new TextFont { ColorArray = [.. tiles.Select(t => (object)TextColor(t, look))] },
            BranchValues = BranchValuesEnum.Total,
            Sort = true,
            MaxDepth = -1,
            PathBar = new PathBar { Visible = false },
            Tiling = new Tiling { Pad = (decimal)TreemapLayout.Gap },
            Marker = new Marker
            {
                Colors = [.. tiles.Select(t => (object)Color(t, look))],
                CornerRadius = 2,
                Line = new Line { Width = 0 },
                Pad = new Pad
                {
                    T = (decimal)TreemapLayout.Header,
                    L = (decimal)TreemapLayout.Side,
                    R = (decimal)TreemapLayout.Side,
                    B = (decimal)TreemapLayout.Side,
                },
                Pattern = new Pattern
                {
                    ShapeArray = [.. tiles.Select(t => look.IsHatched(t) ? ShapeEnum.Slash : ShapeEnum.Empty)],
                    FillMode = FillModeEnum.Overlay,
                    Size = 6,
                },
            },
        };
    }

    private static string Color(Tile tile, TileLook look) =>
        !look.IsFrame(tile) ? look.Color(tile) : look.IsInner(tile) ? LayerColors.InnerFrame : LayerColors.Frame;

    private static string TextColor(Tile tile, TileLook look) =>
        look.IsFrame(tile) ? LayerColors.FrameText : LayerColors.TextOn(look.Color(tile));

    /// <summary>plotly.js reads tags in it: a &lt; must not begin one.</summary>
    private static string HoverText(Tile tile, TileLook look)
    {
        var lines = look.Lines(tile).Select(SafeText.ForPlotly).ToList();
        if (tile.Node is not null)
            lines[0] = $"<b>{lines[0]}</b>";
        return string.Join("<br>", lines);
    }
}
