using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Bases;

/// <summary>
/// buildpack-deps is below the full variants of official images (node, python, ruby, golang) and brings what compiling
/// any extension might need. It sets nothing and ends with no CMD; the packages that it installs together give it away.
/// </summary>
internal static class BuildPack
{
    private static readonly string[] Together =
    [
        "autoconf", "automake", "dpkg-dev", "libssl-dev", "libxml2-dev", "libyaml-dev"
    ];

    /// <summary>How many layers lie below its end, for each that is there.</summary>
    public static IEnumerable<int> FindLayers(IReadOnlyList<HistoryEntry> history) =>
        from line in history
        let layer = line.Layer
        where layer is not null && line.Instruction.Contains(" install ", StringComparison.Ordinal)
        let words = line.Instruction.Split(
            [' ', '\t', '\n', ';', '\\'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal)
        where Together.All(words.Contains)
        select (int)layer + 1;
}
