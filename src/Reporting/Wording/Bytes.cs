using System.Globalization;

namespace ImageInsight.Reporting.Wording;

/// <summary>Sizes as Docker prints them: decimal units, three significant figures.</summary>
public static class Bytes
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    public static string Text(long bytes)
    {
        if (bytes < 1000)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        double value = bytes;
        var unit = 0;
        // 999.5 kB would be printed as 1000 kB.
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Math.Round(value, digits).ToString("F" + digits, CultureInfo.InvariantCulture)} {Units[unit]}");
    }

    /// <summary>With the mark that says it is an estimate; no estimate is good to single bytes.</summary>
    public static string Text(long bytes, bool estimated) => !estimated || bytes == 0 ? Text(bytes)
        : bytes < 1000 ? "< 1 kB"
        : "≈ " + Text(bytes);

    /// <summary>For tooltips.</summary>
    public static string Exact(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");

    public static string Percent(long part, long whole) =>
        whole == 0 ? "0 %" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0.#} %");

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
