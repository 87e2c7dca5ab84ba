using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.Instructions;

/// <summary>
/// Turns a history line's created_by into the Dockerfile instruction that it stands for, whichever builder wrote it.
/// </summary>
internal static partial class Instruction
{
    /// <summary>Longer ones are generated; nobody reads on.</summary>
    public const int MaxLength = 16 << 10;

    private const string NopMark = "#(nop)";

    private const string Shell = "/bin/sh -c ";

    // Classic builder, no layer of its own: /bin/sh -c #(nop)  CMD ["bash"]      also COPY file:9a8b... in /app
    // Classic builder, RUN:                 /bin/sh -c apt-get update             |1 V=2 /bin/sh -c make
    // BuildKit:                             RUN /bin/sh -c apt-get update # buildkit        COPY . . # buildkit
    //   with SHELL and arguments:           RUN |1 V=2 /bin/bash -o pipefail -c make # buildkit
    // buildah:                              /bin/sh -c apt-get update             /bin/sh -c #(nop) COPY dir:... in /x
    // kaniko:                               RUN apt-get update                    COPY . .
    // Windows:                              cmd /S /C dir                         powershell -Command $x = 1; dir
    public static string Clean(string createdBy)
    {
        var text = createdBy.Trim();
        if (text.Length > MaxLength)
            text = text[..MaxLength] + "…";
        text = WithoutBuildKitMark(text);
        // Most are in these forms; to make the expressions takes longer than to read the rest of a history.
        if (text.StartsWith(Shell + NopMark, StringComparison.Ordinal))
            return text[(Shell.Length + NopMark.Length)..].Trim();
        if (text.StartsWith(Shell, StringComparison.Ordinal))
            return "RUN " + text[Shell.Length..].TrimStart();
        if (text.Contains(NopMark, StringComparison.Ordinal) && Nop().Match(text) is { Success: true } nop)
            return text[nop.Length..].Trim();
        if (MayRun(text) && RunPrefix().Match(text) is { Success: true } run)
            return "RUN " + text[run.Length..].TrimStart();
        return text;
    }

    // |2 VERSION=1.2 NAME=a b /bin/sh -c make: values are written without quotes, so one ends where the next name
    // begins.
    /// <summary>The build arguments of a RUN, <c>NAME=value</c>; null for none.</summary>
    public static IReadOnlyList<string>? Arguments(string createdBy)
    {
        var line = createdBy.Trim();
        if (!line.StartsWith('|') && !line.StartsWith("RUN", StringComparison.Ordinal))
            return null;
        if (!line.Contains('|') || Given().Match(line) is not { Success: true } given || Nop().IsMatch(line))
            return null;
        var text = given.Groups["text"].Value;
        var names = ArgumentName().Matches(text);
        var list = names.Select((
            m, i) => text[m.Index..(i + 1 < names.Count ? names[i + 1].Index : text.Length)].Trim()).ToList();
        return list.Count == 0 ? null : list;
    }

    /// <summary>True for COPY and ADD: what they bring comes from the build context (or an earlier stage).</summary>
    public static bool IsCopy(string? instruction) =>
        instruction is not null
        && (instruction.StartsWith("COPY ", StringComparison.OrdinalIgnoreCase)
            || instruction.StartsWith("ADD ", StringComparison.OrdinalIgnoreCase));

    public static bool IsRun(string? instruction) =>
        instruction?.StartsWith("RUN ", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What BuildKit writes at the end, and whatever a builder wrote behind it.</summary>
    private static string WithoutBuildKitMark(string text)
    {
        const string Mark = "# buildkit";
        for (var at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(
            Mark, at + Mark.Length, StringComparison.Ordinal))
            if (at + Mark.Length == text.Length || char.IsWhiteSpace(text[at + Mark.Length]))
                return text[..at].TrimEnd();
        return text;
    }

    /// <summary>What <see cref="RunPrefix"/> may begin with.</summary>
    private static bool MayRun(string text) => text.Length > 0 && text[0] is 'R' or '|' or '/' or 'c' or 'p';

    // A history is anybody's text: none of these goes back over it, so that a long line takes no longer than its
    // length. Only at the start: a shell script may say #(nop) too.
    [GeneratedRegex(
        @"^(\|\d+\s.*?\s)?\S+(\s[-/]\w+)*\s#\(nop\)",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Nop();

    [GeneratedRegex(
        @"^(RUN\s+)?\|\d+\s(?<text>.*?)\s(/\S+|cmd|powershell|pwsh)(\.exe)?(\s[-/]\w+|\spipefail)+\s",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Given();

    [GeneratedRegex(@"(?:^|(?<=\s))[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.CultureInvariant)]
    private static partial Regex ArgumentName();

    [GeneratedRegex(
        @"^(RUN\s+)?(\|\d+\s.*?\s)?(((/usr)?/bin/(ba|a|da|k|z)?sh(\s-[a-z]+(\spipefail)?)*?\s-[a-z]*c)|(cmd"
            + @"(\.exe)?\s/S\s/C)|((powershell|pwsh)(\.exe)?(\s-\w+)*?\s-Command))\s",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex RunPrefix();
}
