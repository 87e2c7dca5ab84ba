namespace ImageInsight.Analysis.Instructions;

/// <summary>
/// Turns a history line's created_by into the Dockerfile instruction that it stands for, whichever builder wrote it.
/// </summary>
internal static class Instruction
{
    /// <summary>Longer ones are generated; nobody reads on.</summary>
    public const int MaxLength = 16 << 10;

    /// <summary>Of a line that stands alone; <see cref="HistoryShells"/> reads those of a history.</summary>
    public static string Clean(string createdBy) => new HistoryShells(null).Read(Trim(createdBy)).Instruction;

    /// <summary>The build arguments of a RUN, <c>NAME=value</c>; null for none.</summary>
    public static IReadOnlyList<string>? Arguments(string createdBy) =>
        new HistoryShells(null).Read(Trim(createdBy)) is { Arguments: { } text, Count: var count }
        && Instructions.Arguments.Read(text, count, new HashSet<string>()) is { Count: > 0 } list
            ? [.. list.Select(a => $"{a.Name}={a.Value}")]
            : null;

    /// <summary>Without what a builder writes around every line, and no longer than is read.</summary>
    public static string Trim(string createdBy)
    {
        var text = createdBy.Trim();
        if (text.Length > MaxLength)
            text = text[..MaxLength] + "…";
        return WithoutBuildKitMark(text);
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
}
