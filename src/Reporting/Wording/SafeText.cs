using System.Globalization;
using System.Text;

namespace ImageInsight.Reporting.Wording;

/// <summary>
/// Names out of an image, for people: what would not be seen, or would turn the line around, is spelled out.
/// </summary>
public static class SafeText
{
    public static string Show(string? text) => SpellOut(text, c => char.IsControl(c) || IsMark(c));

    /// <summary>The same, but line breaks and tabs stay.</summary>
    public static string ShowMarks(string? text) =>
        SpellOut(text, c => IsMark(c) || (char.IsControl(c) && c is not ('\t' or '\n' or '\r')));

    private static string SpellOut(string? text, Func<char, bool> isHidden)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        StringBuilder? shown = null;
        for (var i = 0; i < text.Length; i++)
        {
            var hidden = isHidden(text[i]);
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

    // Characters that change direction or have no width (Trojan Source, CVE-2021-42574).
    private static bool IsMark(char c) =>
        c is (>= '\u200b' and <= '\u200f') or (>= '\u2028' and <= '\u202e') or (>= '\u2060' and <= '\u2069') or '\ufeff'
            or '\u061c';
}
