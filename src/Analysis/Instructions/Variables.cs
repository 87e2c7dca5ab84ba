namespace ImageInsight.Analysis.Instructions;

/// <summary>
/// The names and values of an ENV, ARG or LABEL. Builders lose the quotes, <c>A=one two B=x y=z</c>, so what the config
/// has tells where a value ends and what is no name.
/// </summary>
internal static class Variables
{
    /// <summary>Longer ones are values.</summary>
    private const int MaxName = 1024;

    /// <param name="Start">Of the name.</param>
    /// <param name="ValueStart">Behind the sign.</param>
    /// <param name="Quoted">The value stands in quotes of its own.</param>
    internal readonly record struct Pair(string Name, int Start, int ValueStart, int End, bool Quoted)
    {
        public string ValueIn(string text) => text[ValueStart..End];
    }

    public static bool AreIn(string keyword) => keyword is "ENV" or "ARG" or "LABEL";

    /// <param name="known">What the config has in the end; empty when it says nothing.</param>
    /// <returns>Nothing for what is in no such form.</returns>
    public static List<Pair> Read(
        string keyword, string text, IReadOnlyDictionary<string, string> known, WorkBudget? work = null)
    {
        var pairs = new List<Pair>();
        bool MayBe(string name) => keyword == "LABEL" || known.ContainsKey(name) || IsIdentifier(name);
        for (var at = NextName(text, 0, MayBe); at is { } found;)
        {
            var (name, start, value) = found;
            var stated = known.GetValueOrDefault(name);
            work?.Spend(1 + Math.Min(stated?.Length ?? 0, text.Length - value));
            if (stated is not null && EndOf(text, value, stated) is { } exact)
            {
                pairs.Add(new Pair(name, start, value, exact, false));
                at = NextName(text, exact, MayBe);
                continue;
            }

            var quoted = EndOfQuotes(text, value);
            // Where the config has the names, what it has not is none.
            at = stated is null ? NextName(text, quoted ?? value, MayBe)
                : NextName(text, quoted ?? value, known.ContainsKey);
            var end = quoted ?? at?.Start ?? text.Length;
            while (end > value && char.IsWhiteSpace(text[end - 1]))
                end--;
            pairs.Add(new Pair(name, start, value, end, quoted is not null));
        }

        // Something else stands before the first: ENV NAME a=b in the old form.
        return pairs.Count > 0 && text.AsSpan(0, pairs[0].Start).Trim().Length > 0 ? [] : pairs;
    }

    /// <summary>
    /// Where a value ends that is the config's own: at the end, or before white space that another name follows.
    /// </summary>
    private static int? EndOf(string text, int start, string value)
    {
        if (string.CompareOrdinal(text, start, value, 0, value.Length) != 0)
            return null;
        var end = start + value.Length;
        if (text.AsSpan(end).Trim().Length == 0)
            return end;
        return char.IsWhiteSpace(text[end]) && NameAt(text, end + SpaceAt(text, end)) is not null ? end : null;
    }

    private static int SpaceAt(string text, int at)
    {
        var start = at;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at - start;
    }

    private static (string Name, int Start, int Value)? NextName(string text, int at, Func<string, bool> isOne)
    {
        while (true)
        {
            at += SpaceAt(text, at);
            if (at >= text.Length)
                return null;
            if ((at == 0 || char.IsWhiteSpace(text[at - 1])) && NameAt(text, at) is { } name && isOne(name.Name))
                return (name.Name, at, name.Value);
            while (at < text.Length && !char.IsWhiteSpace(text[at]))
                at++;
        }
    }

    // A=      org.label-schema.name=      "a name"=
    private static (string Name, int Value)? NameAt(string text, int at)
    {
        var quoted = at < text.Length && text[at] == '"';
        var start = quoted ? at + 1 : at;
        var end = start;
        while (end < text.Length && end - start < MaxName && (quoted ? text[end] is not ('"' or '=' or '\n')
            : char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.' or '-' or '/'))
            end++;
        if (end == start || (!quoted && text[start] is '-' or '.' or '/'))
            return null;
        var sign = quoted ? end + 1 : end;
        return sign < text.Length && text[sign] == '=' && (!quoted || text[end] == '"')
            ? (text[start..end], sign + 1)
            : null;
    }

    private static bool IsIdentifier(string name) =>
        !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static int? EndOfQuotes(string text, int start)
    {
        if (start >= text.Length || text[start] is not ('"' or '\''))
            return null;
        for (var i = start + 1; i < text.Length; i++)
            if (text[i] == '\\' && text[start] == '"')
                i++;
            else if (text[i] == text[start])
                return i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]) ? i + 1 : null;
        return null;
    }
}
