using System.Text.RegularExpressions;

namespace ImageInsight.Analysis;

/// <summary>Turns a history line's created_by into the Dockerfile instruction that it stands for, whichever builder wrote it.</summary>
internal static partial class Instruction
{
    /// <summary>Longer ones are generated; nobody reads on.</summary>
    private const int MaxLength = 16 << 10;

    // Classic builder, no layer of its own: /bin/sh -c #(nop)  CMD ["bash"]      also COPY file:9a8b... in /app
    // Classic builder, RUN:                 /bin/sh -c apt-get update             |1 V=2 /bin/sh -c make
    // BuildKit:                             RUN /bin/sh -c apt-get update # buildkit        COPY . . # buildkit
    // buildah:                              /bin/sh -c apt-get update             /bin/sh -c #(nop) COPY dir:... in /x
    public static string Clean(string createdBy)
    {
        var text = createdBy.Trim();
        if (text.Length > MaxLength)
            text = text[..MaxLength] + "…";
        text = BuildKitMark().Replace(text, "");
        var nop = text.IndexOf("#(nop)", StringComparison.Ordinal);
        if (nop >= 0)
            return text[(nop + "#(nop)".Length)..].Trim();
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

    [GeneratedRegex(@"\s*# buildkit(\s+\S.*)?$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex BuildKitMark();

    [GeneratedRegex(@"^(RUN\s+)?(\|\d+\s.*?\s)?/bin/(ba)?sh( -[a-z]+)* -[a-z]*c\s", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex RunPrefix();
}
