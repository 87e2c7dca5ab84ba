using System.Globalization;

namespace ImageInsight.Web.Components.Display;

/// <summary>
/// A colour for each layer, in the order of the stack: viridis, which keeps its order for colour-blind eyes and in
/// grey. The same layer has the same colour everywhere and in both themes.
/// </summary>
public static class LayerColors
{
    // plotly.js writes colours into the drawing, where a theme cannot reach them. Frames of directories and their text
    // therefore carry colours that nothing else has, and TreemapChart.razor.css puts the theme's in their place.
    public const string Frame = "rgb(4, 5, 6)";
    public const string InnerFrame = "rgb(7, 8, 9)";
    public const string FrameText = "rgb(1, 2, 3)";

    public const string More = "#8a96a5";

    // matplotlib's viridis (CC0) at tenths, the palest left out.
    private static readonly (int R, int G, int B)[] Ramp =
    [
        (72, 36, 117), (65, 68, 135), (53, 95, 141), (42, 120, 142), (33, 145, 140), (34, 168, 132), (68, 191, 112),
        (122, 209, 81), (189, 223, 38),
    ];

    public static string ForLayer(int layer, int layers)
    {
        var t = layers <= 1 ? 0.35 : (double)layer / (layers - 1);
        var at = t * (Ramp.Length - 1);
        var i = Math.Min((int)at, Ramp.Length - 2);
        var f = at - i;
        var (a, b) = (Ramp[i], Ramp[i + 1]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"#{Mix(a.R, b.R, f):x2}{Mix(a.G, b.G, f):x2}{Mix(a.B, b.B, f):x2}");
    }

    /// <summary>Black or white, whichever reads better on the colour.</summary>
    public static string TextOn(string colour)
    {
        var rgb = int.Parse(colour.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var (red, green, blue) = (Linear(rgb >> 16 & 255), Linear(rgb >> 8 & 255), Linear(rgb & 255));
        var luminance = (0.2126 * red) + (0.7152 * green) + (0.0722 * blue);
        // Equal contrast (WCAG) with both lies at 0.179.
        return luminance > 0.179 ? "#000000" : "#ffffff";
    }

    /// <summary>As plotly.js decides whether to hatch in white.</summary>
    public static bool IsDark(string colour)
    {
        var rgb = int.Parse(colour.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return ((299 * (rgb >> 16 & 255)) + (587 * (rgb >> 8 & 255)) + (114 * (rgb & 255))) / 1000.0 < 128;
    }

    private static int Mix(int a, int b, double f) => (int)Math.Round(a + ((b - a) * f));

    private static double Linear(int channel)
    {
        var c = channel / 255.0;
        return c <= 0.03928 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}
