using System.Globalization;
using ImageInsight.Analysis.Treemaps;
using ImageInsight.Reporting.Wording;
using ImageInsight.Web.Components.Display;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Treemap;

/// <summary>The treemap as SVG, with what plotly.js would draw in the same places.</summary>
public sealed partial class TreemapDrawing : ComponentBase
{
    // plotly.js's own slashes of size 6: lines of a third of it, a square of 6 times the root of 2.
    private const string Hatch = "M-2.121,2.121l4.243,-4.243M0,8.485L8.485,0M6.364,10.607l4.243,-4.243";

    private List<Shape> shapes = [];
    private (Analysis.Treemaps.Treemap, MapSize)? drawn;

    [Parameter, EditorRequired]
    public required Analysis.Treemaps.Treemap Map { get; set; }

    [Parameter, EditorRequired]
    public required MapSize Size { get; set; }

    [Parameter, EditorRequired]
    public required int Layers { get; set; }

    [Parameter]
    public bool Estimated { get; set; }

    /// <summary>The address of a path's own map.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string> LinkTo { get; set; }

    protected override void OnParametersSet()
    {
        if (drawn == (Map, Size))
            return;
        drawn = (Map, Size);
        var look = new TileLook(Map, Layers, Estimated);
        var boxes = TreemapLayout.Place(Map, Size.Width, Size.Height);
        shapes = [.. Map.Tiles.Select((tile, i) => CreateShape(tile, boxes[i], look))];
    }

    protected override bool ShouldRender() => shapes.Count > 0;

    private Shape CreateShape(Tile tile, TileBox box, TileLook look)
    {
        var frame = look.IsFrame(tile);
        var fill = frame ? null : look.Color(tile);
        var lines = frame
            ? TileLabel.OfFrame(SafeText.Show(TileLook.Label(tile)), box)
            : TileLabel.OfTile([SafeText.Show(TileLook.Label(tile)), look.SizeText(tile)], box);
        return new Shape(tile.Id, TargetOf(tile))
        {
            X = Text(box.X0),
            Y = Text(box.Y0),
            Width = Text(box.Width),
            Height = Text(box.Height),
            Class = frame ? look.IsInner(tile) ? "frame inner" : "frame" : null,
            Fill = fill,
            Hatch = fill is null || !look.IsHatched(tile) ? null
                : LayerColors.IsDark(fill) ? "url(#hatch-light)" : "url(#hatch-dark)",
            TextClass = frame ? "frame-text" : null,
            TextFill = fill is null ? null : LayerColors.TextOn(fill),
            Lines = lines,
            Title = string.Join('\n', look.Lines(tile).Select(SafeText.Show)),
        };
    }

    /// <summary>A frame that is open leads out, the rest of a directory to the directory.</summary>
    private string TargetOf(Tile tile) => tile.Node is null ? tile.ParentId
        : tile.Id == Map.Path ? tile.Id[..Math.Max(1, tile.Id.LastIndexOf('/'))]
        : tile.Id;

    private static string Text(double pixels) => pixels.ToString("0.##", CultureInfo.InvariantCulture);

    private sealed record Shape(string Id, string Path)
    {
        public required string X { get; init; }

        public required string Y { get; init; }

        public required string Width { get; init; }

        public required string Height { get; init; }

        public string? Class { get; init; }

        public string? Fill { get; init; }

        public string? Hatch { get; init; }

        public string? TextClass { get; init; }

        public string? TextFill { get; init; }

        public required IReadOnlyList<TileLabel> Lines { get; init; }

        public required string Title { get; init; }
    }
}
