using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.Instructions;

/// <summary>
/// Build arguments as builders write them before the command of a RUN: <c>|2 VERSION=1.2 NAME=a b</c>. Without quotes,
/// so one ends where the next name begins.
/// </summary>
internal static partial class Arguments
{
    /// <summary>Every build has them, whatever the Dockerfile declares.</summary>
    private static readonly string[] Predefined =
        ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY", "SOURCE_DATE_EPOCH"];

    /// <summary>Where something stands that could be one, in turn.</summary>
    public static IEnumerable<(string Name, int Start, int Value)> Names(string text)
    {
        for (var match = Name().Match(text); match.Success; match = match.NextMatch())
            yield return (match.Value[..^1], match.Index, match.Index + match.Length);
    }

    /// <param name="count">As the line states it.</param>
    /// <param name="declared">
    /// What ARG lines name: where more could be names than there are arguments, these are.
    /// </param>
    public static List<(string Name, string Value)> Read(string text, int count, IReadOnlySet<string> declared)
    {
        var names = Names(text).ToList();
        if (names.Count > count)
        {
            var likely = names.Where((n, i) => i == 0 || declared.Contains(n.Name)
                || Predefined.Contains(n.Name, StringComparer.OrdinalIgnoreCase)).ToList();
            names = likely.Count >= count ? likely : names;
        }

        names = [.. names.Take(Math.Max(count, 1))];
        return [.. names.Select((n, i) => (
            n.Name, text[n.Value..(i + 1 < names.Count ? names[i + 1].Start : text.Length)].Trim()))];
    }

    [GeneratedRegex(@"(?:^|(?<=\s))[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
