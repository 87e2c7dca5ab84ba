using System.Globalization;

namespace ImageInsight.Analysis.Findings;

internal static class Phrases
{
    public static string Files(int count) =>
        count == 1 ? "1 file" : count.ToString("N0", CultureInfo.InvariantCulture) + " files";

    public static string Them(int count) => count == 1 ? "it" : "them";

    /// <summary>What a RUN runs, for a snippet that goes on.</summary>
    public static string Command(string? instruction) =>
        Instruction.IsRun(instruction) ? Short(instruction![4..].Trim()) : "<the command that makes them>";

    /// <summary>An instruction for a snippet: one line, not longer than a screen.</summary>
    public static string Short(string? instruction)
    {
        var line = (instruction ?? "(unknown instruction)").ReplaceLineEndings(" ");
        return line.Length <= 160 ? line : line[..160] + "…";
    }
}
