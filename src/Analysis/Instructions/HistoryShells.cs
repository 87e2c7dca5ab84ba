using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.Instructions;

/// <summary>
/// Takes the shell off the lines of one history, from the first to the last. After a SHELL every line begins with that
/// one, word by word, and no form tells where it ends; where no SHELL line says it, the config does, or its look.
/// </summary>
/// <param name="atEnd">The config's own, which a base may have set; null for none.</param>
internal sealed partial class HistoryShells(IReadOnlyList<string>? atEnd)
{
    public const string Default = "/bin/sh -c";

    private const string NopMark = "#(nop)";

    private const string Windows = "cmd /S /C";

    /// <summary>More than anybody writes; each is looked for in each line.</summary>
    private const int MaxKnown = 8;

    /// <summary>In the order in which they are looked for, behind the one in force.</summary>
    private readonly List<string> known = [.. new[] { Text(atEnd), Default, Windows }.OfType<string>().Distinct()];

    /// <summary>What the last SHELL line said; null before there was one.</summary>
    private string? inForce;

    /// <param name="Instruction">In the words of a Dockerfile, as far as taking off prefixes makes it so.</param>
    /// <param name="Arguments">What a RUN was given, as one text without quotes; null for nothing.</param>
    /// <param name="Count">Of the arguments.</param>
    /// <param name="Shell">What ran it, when that is not what SHELL lines say.</param>
    internal readonly record struct Line(
        string Instruction, string? Arguments = null, int Count = 0, IReadOnlyList<string>? Shell = null);

    public Line Read(string text)
    {
        var line = Take(text);
        if (line.Instruction.StartsWith("SHELL ", StringComparison.OrdinalIgnoreCase)
            && ShellOf(line.Instruction["SHELL ".Length..].Trim()) is { } next)
        {
            inForce = next;
            known.Remove(next);
            known.Insert(0, next);
            if (known.Count > MaxKnown)
                known.RemoveAt(MaxKnown - 1);
        }

        return line;
    }

    // Classic builder, no layer of its own: /bin/sh -c #(nop)  CMD ["bash"]      also COPY file:9a8b... in /app
    // Classic builder, RUN:                 /bin/sh -c apt-get update             |1 V=2 /bin/sh -c make
    //   after SHELL:                        /bin/bash --login -o pipefail -c #(nop)  USER app
    // BuildKit:                             RUN /bin/sh -c apt-get update # buildkit        COPY . . # buildkit
    //   with SHELL and arguments:           RUN |1 V=2 /bin/bash -o pipefail -c make # buildkit
    // buildah:                              /bin/sh -c apt-get update             /bin/sh -c #(nop) COPY dir:... in /x
    // kaniko:                               RUN apt-get update                    COPY . .
    // Windows:                              cmd /S /C dir                         powershell -Command $x = 1; dir
    private Line Take(string text)
    {
        // Most are in these forms; to make the expressions takes longer than to read the rest of a history.
        if (inForce is null && text.StartsWith(Default + " " + NopMark, StringComparison.Ordinal))
            return new Line(text[(Default.Length + NopMark.Length + 1)..].Trim());
        var isRun = text.StartsWith("RUN", StringComparison.Ordinal) && text.Length > 3 && char.IsWhiteSpace(text[3]);
        var body = isRun ? text[3..].TrimStart() : text;
        var (count, given) = Given(body);
        var (start, end, isKnown) = FindShell(body, given, count);
        if (!isKnown && !isRun && Nop().Match(text) is { Success: true } nop)
            return new Line(text[(nop.Index + nop.Length)..].Trim());
        if (start < 0)
            return new Line(text);
        var rest = body[end..].TrimStart();
        if (!isRun && rest.StartsWith(NopMark, StringComparison.Ordinal))
            return new Line(rest[NopMark.Length..].Trim());
        // kaniko keeps what stands in the Dockerfile: RUN /bin/bash -c "make all"
        if (!isKnown && IsQuoted(rest))
            return new Line(text);
        var shell = body[start..end];
        return new Line(
            "RUN " + rest, given < 0 ? null : body[given..start].Trim(), count,
            shell == (inForce ?? (shell == Windows ? Windows : Default)) ? null : Words(shell));
    }

    /// <summary>How many arguments a line states, and where they begin; -1 when it states none.</summary>
    private static (int Count, int Start) Given(string body)
    {
        if (!body.StartsWith('|'))
            return (0, -1);
        var end = 1;
        while (end < body.Length && char.IsAsciiDigit(body[end]))
            end++;
        return end > 1 && end < body.Length && char.IsWhiteSpace(body[end]) && int.TryParse(body[1..end], out var count)
            ? (count, end)
            : (0, -1);
    }

    private (int Start, int End, bool IsKnown) FindShell(string body, int given, int count)
    {
        var from = given < 0 ? 0 : LastName(body, given, count);
        foreach (var shell in known)
        {
            var at = given < 0 ? (IsAt(body, 0, shell) ? 0 : -1) : Behind(body, from, shell);
            if (at >= 0)
                return (at, at + shell.Length, true);
        }

        if (given < 0 && !MayBeShell(body))
            return (-1, -1, false);
        var match = given < 0 ? AtStart().Match(body) : Inside().Match(body, from);
        var found = match.Groups["shell"];
        return match.Success ? (found.Index, found.Index + found.Length, false) : (-1, -1, false);
    }

    /// <summary>Where the last of so many arguments begins: one may itself name a shell.</summary>
    private static int LastName(string body, int given, int count)
    {
        var last = given;
        foreach (var (_, _, value) in Instructions.Arguments.Names(body[given..]).Take(count))
            last = given + value;
        return last;
    }

    private static int Behind(string body, int from, string shell)
    {
        for (var at = from; (at = body.IndexOf(shell, at, StringComparison.Ordinal)) >= 0; at++)
            if (IsAt(body, at, shell) && char.IsWhiteSpace(body[at - 1]))
                return at;
        return -1;
    }

    private static bool IsAt(string body, int at, string shell) =>
        string.CompareOrdinal(body, at, shell, 0, shell.Length) == 0
        && (at + shell.Length == body.Length || char.IsWhiteSpace(body[at + shell.Length]));

    private static bool IsQuoted(string rest) =>
        rest.Length > 1 && rest[0] is '"' or '\'' && rest.IndexOf(rest[0], 1) == rest.Length - 1;

    // [/bin/bash -o pipefail -c]      ["/bin/bash", "-c"]      ["powershell" "-Command" "$x = 1;"]
    private static string? ShellOf(string list)
    {
        if (list.Length < 3 || list[0] != '[' || list[^1] != ']')
            return null;
        var inner = list[1..^1].Trim();
        if (inner.StartsWith('"'))
            inner = string.Join(' ', Quoted().Matches(inner).Select(m => Escape().Replace(m.Groups[1].Value, "$1")));
        return inner.Length == 0 ? null : inner;
    }

    private static string? Text(IReadOnlyList<string>? words) =>
        words is { Count: > 0 } && string.Join(' ', words) is { Length: > 0 } text ? text : null;

    private IReadOnlyList<string> Words(string shell) => Text(atEnd) == shell ? atEnd! : shell.Split(' ');

    /// <summary>What a shell may begin with.</summary>
    private static bool MayBeShell(string text) =>
        text.Length > 0 && (text[0] is '/' or 'c' or 'p' || char.IsAsciiLetterUpper(text[0]));

    // A history is anybody's text: none of these goes back over it, so that a long line takes no longer than its
    // length. Options of sh: -e, -eux, -o pipefail, -euo pipefail, +x, --login; the last one ends in c.
    private const string Posix =
        @"(/[\w.+-]+)*/(ba|a|da|k|z|mk|pdk|ya)?sh(\s([-+][A-Za-z]*[oO]\s[a-z_]+|[-+][A-Za-z]+|--[a-z][a-z-]*))*?"
        + @"\s-[A-Za-z]*c";

    private const string OfWindows =
        @"([A-Za-z]:)?([\w.\\/-]+[\\/])?(cmd(\.exe)?(\s/[A-Za-z:]+)*\s/[Cc]"
        + @"|(powershell|pwsh)(\.exe)?(\s-\w+(\s[A-Za-z]\w*)?)*?\s-[Cc](ommand)?)";

    [GeneratedRegex(
        "^(?<shell>" + Posix + "|" + OfWindows + @")(\s|$)", RegexOptions.CultureInvariant
            | RegexOptions.NonBacktracking)]
    private static partial Regex AtStart();

    [GeneratedRegex(
        @"\s(?<shell>" + Posix + "|" + OfWindows + @")(\s|$)", RegexOptions.CultureInvariant
            | RegexOptions.NonBacktracking)]
    private static partial Regex Inside();

    /// <summary>Behind a shell that nothing tells: an instruction that runs nothing.</summary>
    [GeneratedRegex(
        @"\s#\(nop\)\s+(?=(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL"
            + @"|STOPSIGNAL|USER|VOLUME|WORKDIR)\s)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Nop();

    [GeneratedRegex(@"""((?:[^""\\]|\\.)*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
