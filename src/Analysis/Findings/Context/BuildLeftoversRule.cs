using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Packages;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// Sources and objects of compiled programs, whole source trees whose product was installed elsewhere, and the copy of
/// it that stayed there.
/// </summary>
internal sealed class BuildLeftoversRule : IFindingRule
{
    public const string RuleId = "build-leftovers";

    private const long Smallest = 50_000;

    /// <summary>A search looks at several at once.</summary>
    private const int CharactersPerStep = 8;

    /// <summary>Nothing reads these when the program runs.</summary>
    private static readonly string[] Sources =
    [
        ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".go", ".rs", ".java", ".kt", ".scala", ".cs", ".fs",
        ".swift", ".zig", ".f90", ".s", ".S", ".o", ".obj", ".lo", ".gch",
    ];

    /// <summary>Where sources are put to be built and for nothing else.</summary>
    private static readonly string[] BuildFolders =
    [
        "/usr/src/", "/usr/local/src/", "/tmp/", "/var/tmp/", "/build/", "/go/src/"
    ];

    /// <summary>Instructions that build something from sources.</summary>
    private static readonly string[] Builds =
    [
        "make", "cmake", "ninja", "meson", "gcc", "g++", "cc", "clang", "cargo", "rustc", "javac", "mvn", "./mvnw",
        "gradle", "./gradlew", "./configure", "go build", "go install", "dotnet build", "dotnet publish",
        "apt-get source", "apt source", "git clone",
    ];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        // What was only downloaded and unpacked, and nothing was built from, may be what the image is for.
        var lastBuild = image.Facts.Layers.LastOrDefault(l => IsBuild(l.Instruction))?.Index ?? -1;
        var places = new BuildPlaces(image);
        var sources = Sources.SelectMany(image.Names.Ending)
            .Where(n => places.IsLeft(n) && IsBuilt(image, n, lastBuild)).ToList();
        var products = new CopiedProducts(image).Find();
        if (sources.Count == 0 && products.Count == 0)
            yield break;
        var tops = sources.Select(places.TopOf).Where(t => t > FileTree.Root).ToHashSet();
        var whole = tops.Where(new WholeTrees(image).Has).Except(NamedByScripts(image, tops)).ToHashSet();
        if (whole.Count > 0)
            whole.ExceptWith(NamedByPrograms(image, tops));
        var builds = ToolchainRule.Builds(image);
        var copies = places.InstalledToo(Programs(image, places), tops);
        foreach (var (layer, evidence) in VisibleFiles.ByLayer(
            image, [.. sources, .. whole, .. copies, .. products.Keys]))
            if (evidence.DiskBytes >= Smallest)
                yield return image.Finding(new(
                    Id,
                    $"{Phrases.Files(evidence.Count)} left from compiling: sources, object files, and programs that " +
                    "are installed elsewhere as well",
                    image.Base.Has(layer) || builds ? Confidence.Maybe : Confidence.Probable,
                    layer,
                    evidence,
                    new Fix(
                        "The program was compiled from these and does not read them. "
                            + Copy(image, evidence, products)
                            + "Build in a separate stage and copy only the result.",
                        "FROM <this base> AS build\nCOPY . .\nRUN <build>\n\nFROM <a smaller base>\nCOPY " +
                        "--from=build <the program> /usr/local/bin/")));
    }

    /// <summary>Both paths of the biggest product that was copied.</summary>
    private static string Copy(FindingContext image, EvidenceList evidence, Dictionary<int, int> products) =>
        products.Count > 0
            && evidence.BiggestNodes(int.MaxValue).FirstOrDefault(products.ContainsKey) is > 0 and var node
            ? $"{Phrases.Path(image.Tree.PathOf(node))} is the same as "
                + $"{Phrases.Path(image.Tree.PathOf(products[node]))}. "
            : "";

    /// <summary>Trees of which an installed script, or what starts, names something.</summary>
    private static IEnumerable<int> NamedByScripts(FindingContext image, HashSet<int> tops)
    {
        var inTops = image.In(tops);
        return image.Used.NamedByScripts.Concat(image.Used.Named).Where(n => !IsOfBuild(image, n))
            .Select(inTops.TopOf).Where(t => t >= 0);
    }

    /// <summary>Trees of which an installed program has a path in its strings.</summary>
    private static List<int> NamedByPrograms(FindingContext image, HashSet<int> tops)
    {
        var inTops = image.In(tops);
        var found = new List<int>();
        for (var layer = 0; layer < image.Tree.Layers.Count; layer++)
            foreach (var (node, capture) in VisibleFiles.Captures(image, layer, ElfFiles.Kind))
            {
                image.Work.Spend(1 + (capture.Bytes.Length / CharactersPerStep));
                if (ElfFacts.Parse(capture.Bytes) is { BuildPaths.Count: > 0 } facts && !inTops.HasAround(node))
                    found.AddRange(facts.BuildPaths.Select(p => inTops.TopOf(Nearest(image, p))).Where(t => t >= 0));
            }

        return found;
    }

    /// <summary>As much of a path as there is: strings of some programs go on with another one.</summary>
    private static int Nearest(FindingContext image, string path)
    {
        var at = FileTree.Root;
        image.Work.Spend(path.Length);
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            if (image.Tree.Find(at, part) is >= 0 and var next)
                at = next;
            else
                break;
        return at;
    }

    /// <summary>Scripts and makefiles of the tree itself name its parts.</summary>
    private static bool IsOfBuild(FindingContext image, int node) => image.Tree.Nodes[node].Kind != EntryKind.File
        && image.Tree.Nodes[node].Kind != EntryKind.Directory;

    private static bool IsBuild(string? instruction)
    {
        if (!Instruction.IsRun(instruction))
            return false;
        char[] breaks = [' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\''];
        var words = $" {string.Join(' ', instruction!.Split(breaks, StringSplitOptions.RemoveEmptyEntries))} ";
        return Builds.Any(b => words.Contains($" {b} ", StringComparison.Ordinal));
    }

    private static bool IsBuilt(FindingContext image, int node, int lastBuild) =>
        image.Tree.Inodes[image.Tree.Nodes[node].Inode].Layer is var layer
        && (layer <= lastBuild || image.IsFromContext(layer));

    private static IEnumerable<int> Programs(FindingContext image, BuildPlaces places)
    {
        var found = new List<int>();
        for (var layer = 0; layer < image.Tree.Layers.Count; layer++)
        {
            image.Work.Spend(image.Tree.Layers[layer].Layer.Captures.Count);
            foreach (var capture in image.Tree.Layers[layer].Layer.Captures)
                if (capture.Kind == ElfFiles.Kind && image.Tree.PlaceOf(layer, capture.Ordinal) is var node and >= 0
                    && places.IsLeft(node))
                    found.Add(node);
        }

        return found.Where(n => image.Tree.Nodes[n].Visible).Distinct();
    }

    /// <summary>Trees where only builds happen, and nothing says that the program runs from there.</summary>
    private sealed class WholeTrees(FindingContext image)
    {
        private readonly string? directory = image.Facts.History.Select(h => h.Instruction)
            .LastOrDefault(i => i.StartsWith(
                "WORKDIR ", StringComparison.OrdinalIgnoreCase))?["WORKDIR ".Length..].Trim();

        public bool Has(int top)
        {
            var path = image.Tree.PathOf(top);
            image.Work.Spend(path.Length);
            if (image.Start.Length == 0 || !BuildFolders.Any(y => path.StartsWith(y, StringComparison.Ordinal)))
                return false;
            image.Work.Spend(image.Start.Length / CharactersPerStep);
            return !image.Start.Contains(path, StringComparison.Ordinal)
                && (directory is null || !(directory + "/").StartsWith(path + "/", StringComparison.Ordinal));
        }
    }
}
