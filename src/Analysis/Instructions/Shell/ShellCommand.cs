namespace ImageInsight.Analysis.Instructions.Shell;

/// <summary>
/// A command of a list: what stands between <c>&amp;&amp;</c>, <c>||</c> and <c>;</c>; a pipe, a loop or a subshell is
/// one.
/// </summary>
/// <param name="Words">Of a simple command and of a pipe; empty for a loop, a condition or a subshell.</param>
/// <param name="Operator">What follows it: <c>&amp;&amp;</c>, <c>||</c>, <c>;</c> or nothing.</param>
internal sealed record ShellCommand(string Text, IReadOnlyList<ShellWord> Words, bool IsPipe, string Operator)
{
    private static readonly string[] Wrappers = ["sudo", "exec", "command", "time", "nice", "env"];

    /// <summary>
    /// Where the program's name stands among the words, after assignments and sudo; -1 when there is none.
    /// </summary>
    public int NameAt { get; } = FindName(Words);

    public string Name => NameAt < 0 ? "" : Words[NameAt].Value is { } v ? v[(v.LastIndexOf('/') + 1)..] : "";

    /// <summary>The words after the name when each is certain; null when the command is no simple one.</summary>
    public IReadOnlyList<string>? Arguments =>
        NameAt < 0 || IsPipe || Words.Skip(NameAt).Any(w => w.Value is null) ? null : [
            .. Words.Skip(NameAt + 1).Select(w => w.Value!)
        ];

    public bool Mentions(string text) => Text.Contains(text, StringComparison.Ordinal);

    /// <summary>
    /// The first word after the name that is no option: <c>install</c> of <c>apt-get -y install git</c>; -1 for none.
    /// </summary>
    public int VerbAt => NameAt < 0 ? -1 : Enumerable.Range(NameAt + 1, Math.Max(0, Words.Count - NameAt - 1))
        .FirstOrDefault(i => !Words[i].Raw.StartsWith('-'), -1);

    public string Verb => VerbAt < 0 ? "" : Words[VerbAt].Raw;

    public bool HasOption(string option) =>
        Words.Any(w => w.Raw == option || w.Raw.StartsWith(option + "=", StringComparison.Ordinal));

    /// <summary>The same command with words put in after one of its own.</summary>
    public string Insert(int after, string words) =>
        string.Join(' ', Words.Select((w, i) => i == after ? w.Raw + " " + words : w.Raw));

    private static int FindName(IReadOnlyList<ShellWord> words)
    {
        for (var i = 0; i < words.Count; i++)
            if (!IsAssignment(words[i].Raw) && !Wrappers.Contains(words[i].Raw)
                && !(i > 0 && words[i].Raw.StartsWith('-')))
                return i;
        return -1;
    }

    public static bool IsAssignment(string word)
    {
        var sign = word.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && !char.IsAsciiDigit(word[0]) && word.AsSpan(0, sign).IndexOfAnyExcept(NameCharacters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}
