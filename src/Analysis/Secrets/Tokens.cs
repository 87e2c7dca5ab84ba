using System.Text;

namespace ImageInsight.Analysis.Secrets;

/// <summary>Access tokens that their makers gave a beginning to be found by.</summary>
internal static class Tokens
{
    /// <summary>What follows is letters and digits, and these; so many at least.</summary>
    private static readonly (string Prefix, string Others, int Least)[] Known =
    [
        ("ghp_", "", 16), ("gho_", "", 16), ("ghu_", "", 16), ("ghs_", "", 16), ("ghr_", "", 16),
        ("github_pat_", "_", 20), ("glpat-", "_-", 16), ("npm_", "", 30), ("xoxb-", "-", 10), ("xoxp-", "-", 10),
        ("xoxa-", "-", 10), ("xoxr-", "-", 10), ("xoxs-", "-", 10), ("AKIA", "", 16), ("ASIA", "", 16),
        ("sk_live_", "", 10), ("rk_live_", "", 10), ("dckr_pat_", "_-", 16), ("pypi-", "_-", 40), ("hf_", "", 30),
        // A JSON Web Token: three parts, of which the first two are objects.
        ("eyJ", "_-.", 60),
    ];

    /// <summary>
    /// Where they are, ascending, none inside another; the beginning that tells the maker is a part of them.
    /// </summary>
    public static IReadOnlyList<(int Start, int End)> In(string line)
    {
        var found = new List<(int Start, int End)>();
        foreach (var (prefix, others, least) in Known)
            for (var at = line.IndexOf(prefix, StringComparison.Ordinal); at >= 0;)
            {
                var end = at + prefix.Length;
                while (end < line.Length
                    && (char.IsAsciiLetterOrDigit(line[end]) || others.Contains(line[end], StringComparison.Ordinal)))
                    end++;
                if (end - at - prefix.Length >= least && (at == 0 || !IsWord(line[at - 1])))
                    found.Add((at, end));
                at = line.IndexOf(prefix, end, StringComparison.Ordinal);
            }

        found.Sort();
        var last = 0;
        var apart = new List<(int Start, int End)>(found.Count);
        foreach (var token in found)
            if (token.Start >= last)
            {
                apart.Add(token);
                last = token.End;
            }

        return apart;
    }

    public static string Hide(string line, string mask)
    {
        var shown = new StringBuilder();
        var at = 0;
        foreach (var (start, end) in In(line))
        {
            shown.Append(line, at, start - at).Append(mask);
            at = end;
        }

        return at == 0 ? line : shown.Append(line, at, line.Length - at).ToString();
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
