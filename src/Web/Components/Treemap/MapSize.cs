using System.Globalization;

namespace ImageInsight.Web.Components.Treemap;

/// <summary>Pixels that the treemap has in somebody's window, so that the server can lay it out.</summary>
public sealed record MapSize(int Width, int Height)
{
    /// <summary>Kept by TreemapChart.razor.js, as 678x533.</summary>
    private const string Cookie = "map-size";

    private const int Least = 100;

    private const int Most = 8000;

    /// <summary>What a window of 1440 by 900 has.</summary>
    private static readonly MapSize Desktop = new(678, 533);

    /// <summary>What a phone of 390 by 844 has.</summary>
    private static readonly MapSize Phone = new(340, 420);

    /// <summary>As the last page of this person had it, else what is likely.</summary>
    public static MapSize FromRequest(HttpRequest request) =>
        Parse(request.Cookies[Cookie]) ?? (request.Headers["Sec-CH-UA-Mobile"] == "?1" ? Phone : Desktop);

    public static MapSize? Parse(string? text) =>
        text?.Split('x') is [var width, var height]
            && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var w)
            && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
            && w is >= Least and <= Most && h is >= Least and <= Most
            ? new MapSize(w, h)
            : null;
}
