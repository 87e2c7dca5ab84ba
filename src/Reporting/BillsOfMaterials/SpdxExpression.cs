namespace ImageInsight.Reporting.BillsOfMaterials;

/// <summary>
/// A licence expression (https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/). "GPLv2+ and MIT" or "Apache
/// License 2.0" is none: what such a text means is not guessed.
/// </summary>
internal sealed class SpdxExpression
{
    private const string Reference = "LicenseRef-";

    /// <summary>Deeper ones nobody writes, and a parser that calls itself must end.</summary>
    private const int MaxDepth = 16;

    private readonly string[] words;
    private readonly List<string> said = [];
    private readonly List<string> references = [];
    private int at;

    private SpdxExpression(string text) =>
        words = text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>With the list's own spelling of ids and operators.</summary>
    public string Text => string.Join(' ', said).Replace("( ", "(", StringComparison.Ordinal)
        .Replace(" )", ")", StringComparison.Ordinal);

    /// <summary>The one id of the list that it is; null when it says more.</summary>
    public string? Id => said is [var only] ? SpdxList.License(only) : null;

    /// <summary>Licences of the author's own, which a document must explain.</summary>
    public IReadOnlyList<string> References => references;

    /// <returns>Null when it is none.</returns>
    public static SpdxExpression? Parse(string text)
    {
        var expression = new SpdxExpression(text);
        return expression.Terms(0) && expression.at == expression.words.Length ? expression : null;
    }

    // a AND (b OR c WITH e): which binds closer changes nothing in whether it is well formed
    private bool Terms(int depth)
    {
        if (depth > MaxDepth || !Term(depth))
            return false;
        while (Takes("AND") || Takes("OR"))
            if (!Term(depth))
                return false;
        return true;
    }

    private bool Term(int depth)
    {
        if (Takes("("))
            return Terms(depth + 1) && Takes(")");
        return License() && (!Takes("WITH") || Exception());
    }

    private bool License()
    {
        if (at >= words.Length)
            return false;
        var word = words[at++];
        if (SpdxList.License(word) is { } id)
            said.Add(id);
        else if (word.EndsWith('+') && SpdxList.License(word[..^1]) is { } orLater)
            said.Add(orLater + "+");
        else if (IsReference(word))
            AddReference(word);
        else
            return false;
        return true;
    }

    private bool Exception()
    {
        if (at >= words.Length || SpdxList.ExceptionTo(words[at]) is not { } id)
            return false;
        at++;
        said.Add(id);
        return true;
    }

    /// <summary>Of operators some write the small letters.</summary>
    private bool Takes(string word)
    {
        if (at >= words.Length || !words[at].Equals(word, StringComparison.OrdinalIgnoreCase))
            return false;
        at++;
        said.Add(word);
        return true;
    }

    private void AddReference(string word)
    {
        said.Add(word);
        references.Add(word);
    }

    private static bool IsReference(string word) =>
        word.Length > Reference.Length && word.StartsWith(Reference, StringComparison.Ordinal)
        && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
