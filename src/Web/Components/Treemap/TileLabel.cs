using System.Globalization;
using ImageInsight.Analysis.Treemaps;

namespace ImageInsight.Web.Components.Treemap;

/// <summary>A line of a tile's label, where plotly.js puts it: at the upper left, shrunk until it fits.</summary>
internal sealed record TileLabel(string Text, string Transform)
{
    private const double FontSize = 12;

    /// <summary>Below this many pixels nobody reads it (TreemapChart.razor.js has the same).</summary>
    private const double Smallest = 9;

    private const double Pad = 3;

    /// <summary>From the top of a line to its base.</summary>
    private const double Ascent = 11;

    private const double LineHeight = 14;

    private const double LineStep = 1.3 * FontSize;

    /// <summary>Of a sans-serif letter; only the browser knows better.</summary>
    private const double LetterWidth = 0.58 * FontSize;

    public static IReadOnlyList<TileLabel> OfFrame(string name, TileBox box) =>
        Fit([name], box with { Y1 = Math.Min(box.Y1, box.Y0 + TreemapLayout.Header) });

    public static IReadOnlyList<TileLabel> OfTile(IReadOnlyList<string> lines, TileBox box) => Fit(lines, box);

    private static List<TileLabel> Fit(IReadOnlyList<string> lines, TileBox box)
    {
        var pad = box.Width > 2 * Pad && box.Height > 2 * Pad ? Pad : 0;
        var width = lines.Max(l => l.Length) * LetterWidth;
        var height = LineHeight + ((lines.Count - 1) * LineStep);
        var scale = Math.Min(1, Math.Min((box.Width - (2 * pad)) / width, (box.Height - (2 * pad)) / height));
        if (scale * FontSize < Smallest)
            return [];
        return [.. lines.Select((line, i) => new TileLabel(
            line, At(box.X0 + Pad, box.Y0 + pad + (scale * (Ascent + (i * LineStep))), scale)))];
    }

    private static string At(double x, double y, double scale) => string.Create(
        CultureInfo.InvariantCulture, $"translate({x:0.##},{y:0.##}) scale({scale:0.###})");
}
