namespace ImageInsight.Analysis;

/// <summary>Access tokens that their makers gave a beginning to be found by.</summary>
internal static class Tokens
{
    /// <summary>What follows is letters and digits, and these; so many at least.</summary>
    private static readonly (string Prefix, string Others, int Least)[] Known =
    [
        ("ghp_", "", 16), ("gho_", "", 16), ("ghu_", "", 16), ("ghs_", "", 16), ("ghr_", "", 16), ("github_pat_", "_", 20), ("glpat-", "_-", 16), ("npm_", "", 30),
        ("xoxb-", "-", 10), ("xoxp-", "-", 10), ("xoxa-", "-", 10), ("xoxr-", "-", 10), ("xoxs-", "-", 10), ("AKIA", "", 16), ("ASIA", "", 16),
        ("sk_live_", "", 10), ("rk_live_", "", 10), ("dckr_pat_", "_-", 16), ("pypi-", "_-", 40), ("hf_", "", 30),
        // A JSON Web Token: three parts, of which the first two are objects.
        ("eyJ", "_-.", 60),
    ];

    /// <summary>Where they are, ascending; the beginning that tells the maker is a part of them.</summary>
    public static IReadOnlyList<Range> In(string line)
    {
        var found = new List<Range>();
        foreach (var (prefix, others, least) in Known)
            for (var at = line.IndexOf(prefix, StringComparison.Ordinal); at >= 0;)
            {
                var end = at + prefix.Length;
                while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || others.Contains(line[end], StringComparison.Ordinal)))
                    end++;
                if (end - at - prefix.Length >= least && (at == 0 || !IsWord(line[at - 1])))
                    found.Add(at..end);
                at = line.IndexOf(prefix, end, StringComparison.Ordinal);
            }

        found.Sort((a, b) => a.Start.Value.CompareTo(b.Start.Value));
        // One inside another is a part of it.
        for (var i = found.Count - 1; i > 0; i--)
            if (found.Take(i).Any(r => r.End.Value > found[i].Start.Value))
                found.RemoveAt(i);
        return found;
    }

    public static string Hide(string line, string mask)
    {
        var found = In(line);
        for (var i = found.Count - 1; i >= 0; i--)
            line = line[..found[i].Start.Value] + mask + line[found[i].End.Value..];
        return line;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
