using System.Globalization;
using System.Text;

namespace ImageInsight.Reporting.Wording;

/// <summary>Names out of an image, for people: what would not be seen, or would turn the line around, is spelled out.</summary>
public static class SafeText
{
    public static string Show(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        StringBuilder? shown = null;
        for (var i = 0; i < text.Length; i++)
        {
            var hidden = IsHidden(text[i]);
            if (hidden)
                shown ??= new StringBuilder(text, 0, i, text.Length + 8);
            if (shown is null)
                continue;
            if (hidden)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else
                shown.Append(text[i]);
        }

        return shown?.ToString() ?? text;
    }

    /// <summary>Of several lines, which stay lines.</summary>
    public static string ShowLines(string text) => string.Join('\n', text.Split('\n').Select(Show));

    /// <summary>For plotly.js, which reads a few HTML tags and entities in labels.</summary>
    public static string ForPlotly(string? text) => Show(text)
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    // Controls, and the characters that change direction or have no width (Trojan Source, CVE-2021-42574).
    private static bool IsHidden(char c) =>
        char.IsControl(c) || c is (>= '\u200b' and <= '\u200f') or (>= '\u2028' and <= '\u202e') or (>= '\u2060' and <= '\u2069') or '\ufeff' or '\u061c';
}
