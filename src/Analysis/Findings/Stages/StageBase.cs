using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>
/// What the second stage stands on where the base itself brings what only builds: the published base of the same
/// language or distribution without it, as far as variables and os-release of the image say which.
/// </summary>
internal static class StageBase
{
    /// <summary>Libraries that every slim base has.</summary>
    private static readonly string[] Everywhere =
        ["libc.", "libm.", "libdl.", "libpthread.", "librt.", "ld-linux", "libresolv.", "libutil.", "libgcc_s.",
            "libstdc++."];

    public static string? For(FindingContext image, string language)
    {
        var distribution = image.Packages.Distribution;
        var plain = distribution.Id switch
        {
            "debian" when distribution.Version.Length > 0 => $"debian:{distribution.Version}-slim",
            "alpine" when distribution.Version.Split('.') is [var major, var minor, ..] => $"alpine:{major}.{minor}",
            _ => null,
        };
        return language switch
        {
            "Go" when IsInBase(image, "/usr/local/go") && LinksEverywhere(image) => plain,
            "Java" when IsInBase(image, "/opt/java/openjdk/bin/javac")
                && Digits(image.Variable("JAVA_VERSION")) is { Length: > 0 } java =>
                    $"eclipse-temurin:{java}-jre" + (distribution.Id == "alpine" ? "-alpine" : ""),
            "Node" when HasBuildPack(image) && LinksEverywhere(image)
                && Digits(image.Variable("NODE_VERSION")) is { Length: > 0 } node => $"node:{node}-slim",
            "Python" when HasBuildPack(image) && LinksEverywhere(image)
                && image.Variable("PYTHON_VERSION")?.Split('.') is [var major, var minor, ..] =>
                    $"python:{major}.{minor}-slim",
            _ => null,
        };
    }

    private static bool IsInBase(FindingContext image, string path) =>
        FileSystem.Nodes.TreeWalk.Find(image.Tree, path) is > 0 and var node
        && image.Base.Has(image.Tree.Nodes[node].Layer);

    private static bool HasBuildPack(FindingContext image) =>
        BuildPack.FindLayers(image.Facts.History).Any(layers => layers <= image.Base.Layers);

    /// <summary>What no package has is linked with nothing that only the fuller base brings.</summary>
    private static bool LinksEverywhere(FindingContext image)
    {
        for (var layer = image.Base.Layers; layer < image.Tree.Layers.Count; layer++)
            foreach (var (_, capture) in VisibleFiles.Captures(image, layer, ElfFiles.Kind))
            {
                image.Work.Spend(capture.Bytes.Length);
                if (ElfFacts.Parse(capture.Bytes) is { } facts && facts.Libraries?.All(
                    l => Everywhere.Any(e => l.StartsWith(e, StringComparison.Ordinal))) != true)
                    return false;
            }

        return true;
    }

    // jdk-17.0.9+9, 20.11.1
    private static string Digits(string? version) =>
        new([.. (version ?? "").SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
}
