namespace ImageInsight.Analysis.Secrets;

/// <summary>
/// Secrets of several words: where quotes are lost no form tells where one ends, so they are looked for as they are.
/// </summary>
internal sealed class SecretWords
{
    /// <summary>Nobody has more; each is looked for in each line.</summary>
    private const int Most = 32;

    /// <summary>A shorter one stands in many lines and tells nothing.</summary>
    private const int Shortest = 5;

    private readonly List<string> values = [];

    public int Count => values.Count;

    /// <param name="variables"><c>NAME=value</c>.</param>
    public static SecretWords In(IEnumerable<string> variables)
    {
        var words = new SecretWords();
        foreach (var variable in variables)
            if (variable.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign)
                words.Add(variable[..sign], variable[(sign + 1)..]);
        return words;
    }

    public void Add(string name, string value)
    {
        value = value.Trim().Trim('"', '\'').Trim();
        if (values.Count < Most && value.Length >= Shortest && value.AsSpan().IndexOfAny(' ', '\t', '\n') > 0
            && SecretNames.IsSecret(name, value) && !values.Contains(value))
            values.Add(value);
    }

    public string Hide(string line)
    {
        foreach (var value in values)
            if (value.Length <= line.Length)
                line = line.Replace(value, SecretNames.Mask, StringComparison.Ordinal);
        return line;
    }
}
