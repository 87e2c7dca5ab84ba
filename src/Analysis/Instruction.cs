using System.Text.RegularExpressions;

namespace ImageInsight.Analysis;

/// <summary>Turns a history line's created_by into the Dockerfile instruction that it stands for, whichever builder wrote it.</summary>
internal static partial class Instruction
{
    /// <summary>Longer ones are generated; nobody reads on.</summary>
    public const int MaxLength = 16 << 10;

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
        text = BuildKitMark().Replace(text, "");
        var nop = Nop().Match(text);
        if (nop.Success)
            return text[nop.Length..].Trim();
        var run = RunPrefix().Match(text);
        if (run.Success)
            return "RUN " + text[run.Length..].TrimStart();
        return text;
    }

    /// <summary>True for COPY and ADD: what they bring comes from the build context (or an earlier stage).</summary>
    public static bool IsCopy(string? instruction) =>
        instruction is not null
        && (instruction.StartsWith("COPY ", StringComparison.OrdinalIgnoreCase)
            || instruction.StartsWith("ADD ", StringComparison.OrdinalIgnoreCase));

    public static bool IsRun(string? instruction) =>
        instruction?.StartsWith("RUN ", StringComparison.OrdinalIgnoreCase) == true;

    // Only at the start: a shell script may say #(nop) too.
    [GeneratedRegex(@"^(\|\d+\s.*?\s)?\S+(\s[-/]\w+)*\s#\(nop\)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Nop();

    [GeneratedRegex(@"\s*# buildkit(\s+\S.*)?$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex BuildKitMark();

    [GeneratedRegex(
        @"^(RUN\s+)?(\|\d+\s.*?\s)?(((/usr)?/bin/(ba|a|da|k|z)?sh(\s-[a-z]+(\spipefail)?)*?\s-[a-z]*c)|(cmd(\.exe)?\s/S\s/C)|((powershell|pwsh)(\.exe)?(\s-\w+)*?\s-Command))\s",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex RunPrefix();
}
