using System.Globalization;
using System.Text.RegularExpressions;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Findings;

internal static partial class Phrases
{
    /// <summary>Modules within modules have some 300; a path may have 4,096, and a text may name several.</summary>
    private const int MaxPath = 512;

    public static string Files(int count) =>
        count == 1 ? "1 file" : count.ToString("N0", CultureInfo.InvariantCulture) + " files";

    /// <summary>Decimal units, three figures, as pages print them.</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 999_500_000 => Figures(bytes / 1e9) + " GB",
        >= 999_500 => Figures(bytes / 1e6) + " MB",
        >= 1000 => Figures(bytes / 1e3) + " kB",
        _ => bytes.ToString(CultureInfo.InvariantCulture) + " B",
    };

    public static string Them(int count) => count == 1 ? "it" : "them";

    /// <summary>What a RUN runs, for a snippet that goes on.</summary>
    public static string Command(string? instruction) =>
        Instruction.IsRun(instruction) ? Short(instruction![4..].Trim()) : "<the command that makes them>";

    /// <summary>A path in a text; the evidence has it whole.</summary>
    public static string Path(string path) => path.Length <= MaxPath ? path : path[..MaxPath] + "…";

    /// <summary>An instruction for a snippet: one line, not longer than a screen.</summary>
    public static string Short(string? instruction)
    {
        // The classic builder and buildah name what was copied by its hash only: COPY dir:9a8b... in /srv
        var line = HashedSource()
            .Replace((instruction ?? "(unknown instruction)").ReplaceLineEndings(" "), "$1<source> ");
        return line.Length <= 160 ? line : line[..160] + "…";
    }

    private static string Figures(double value) =>
        value.ToString(value >= 99.95 ? "F0" : value >= 9.995 ? "F1" : "F2", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^((?:COPY|ADD)\s(?:--\S+\s)*)(?:file|dir|multi):[0-9a-f]{20,}\sin\s", RegexOptions.CultureInvariant)]
    private static partial Regex HashedSource();
}
