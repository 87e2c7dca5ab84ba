using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
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

    /// <summary>Nothing reads these when the program runs.</summary>
    private static readonly string[] Sources =
    [
        ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".go", ".rs", ".java", ".kt", ".scala", ".cs", ".fs",
        ".swift", ".zig", ".f90", ".s", ".S", ".o", ".obj", ".lo", ".gch",
    ];

    /// <summary>What stands at the top of such a project.</summary>
    private static readonly string[] BuildFiles =
        ["Makefile", "makefile", "GNUmakefile", "CMakeLists.txt", "configure", "configure.ac", "meson.build", "go.mod",
            "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts"];

    /// <summary>Where sources are put to be built and for nothing else.</summary>
    private static readonly string[] BuildFolders =
    [
        "/usr/src/", "/usr/local/src/", "/tmp/", "/var/tmp/", "/build/", "/go/src/"
    ];

    /// <summary>Installed, a cache of its own rule, or read at run time.</summary>
    private static readonly string[] SkippedFolders =
    [
        // Of a root that was unpacked somewhere, too.
        "/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/usr/share/", "/usr/include/", "/usr/local/go/",
        "/usr/local/lib/", "/usr/local/include/", "/usr/local/share/", "/usr/local/rustup/", "/usr/local/cargo/",
        "/go/pkg/", "/var/lib/", "/var/cache/",
    ];

    /// <summary>Instructions that build something from sources.</summary>
    private static readonly string[] Builds =
    [
        "make", "cmake", "ninja", "meson", "gcc", "g++", "cc", "clang", "cargo", "rustc", "javac", "mvn", "./mvnw",
        "gradle", "./gradlew", "./configure", "go build", "go install", "dotnet build", "dotnet publish",
        "apt-get source", "apt source", "git clone",
    ];

    /// <summary>Folders of installed packages and of caches.</summary>
    private static readonly HashSet<string> Installed = new(StringComparer.Ordinal)
    {
        "node_modules", "site-packages", "dist-packages", "gems", ".cargo", ".rustup", ".cache", ".m2", ".gradle",
        ".nuget", ".npm", "pkg", "jvm",
    };

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        // What was only downloaded and unpacked, and nothing was built from, may be what the image is for.
        var lastBuild = image.Facts.Layers.LastOrDefault(l => IsBuild(l.Instruction))?.Index ?? -1;
        var sources = Sources.SelectMany(image.Names.Ending)
            .Where(n => IsLeft(image, n) && IsBuilt(image, n, lastBuild)).ToList();
        if (sources.Count == 0)
            yield break;
        var tops = sources.Select(n => image.Tree.Nodes[n].Parent).Distinct().Select(d => Top(image.Tree, d))
            .Where(t => t > FileTree.Root).ToHashSet();
        var programs = Programs(image);
        var whole = tops.Where(t => IsWhole(image, t)).ToHashSet();
        var copies = programs.Where(p => tops.Any(t => IsBelow(image.Tree, p, t)) && IsInstalled(image, p, tops))
            .ToList();
        foreach (var (layer, evidence) in VisibleFiles.ByLayer(image, [.. sources, .. whole, .. copies]))
            if (evidence.DiskBytes >= Smallest)
                yield return image.Finding(new(
                    Id,
                    $"{Phrases.Files(evidence.Count)} left from compiling: sources, object files, and programs that " +
                    "are installed elsewhere as well",
                    image.Base.Has(layer) ? Confidence.Maybe : Confidence.Probable,
                    layer,
                    evidence,
                    new Fix(
                        "The program was compiled from these and does not read them. Build in a separate stage and " +
                        "copy only the result.",
                        "FROM <this base> AS build\nCOPY . .\nRUN <build>\n\nFROM <a smaller base>\nCOPY " +
                        "--from=build <the program> /usr/local/bin/")));
    }

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

    private static bool IsLeft(FindingContext image, int node) =>
        image.Tree.Nodes[node].Inode is var inode and >= 0 && image.Packages.OwnerOf(inode) < 0
        && image.Tree.SizeOf(image.Tree.Inodes[inode]) > 0
        && image.Tree.PathOf(node) is var path && !SkippedFolders.Any(e => path.Contains(e, StringComparison.Ordinal))
        && !path.Split('/').Any(Installed.Contains);

    /// <summary>The highest folder around with a build file in it; -1 when none has one.</summary>
    private static int Top(FileTree tree, int folder)
    {
        var top = -1;
        for (var at = folder; at > FileTree.Root; at = tree.Nodes[at].Parent)
            if (BuildFiles.Any(m => tree.Find(at, m) is var mark and >= 0 && tree.Nodes[mark].Visible))
                top = at;
        return top;
    }

    /// <summary>Where only builds happen, and nothing says that the program runs from there.</summary>
    private static bool IsWhole(FindingContext image, int top)
    {
        var path = image.Tree.PathOf(top);
        if (image.Start.Length == 0 || !BuildFolders.Any(y => path.StartsWith(y, StringComparison.Ordinal))
            || image.Start.Contains(path, StringComparison.Ordinal))
            return false;
        var directory = image.Facts.History.Select(h => h.Instruction)
            .LastOrDefault(i => i.StartsWith(
                "WORKDIR ", StringComparison.OrdinalIgnoreCase))?["WORKDIR ".Length..].Trim();
        return directory is null || !(directory + "/").StartsWith(path + "/", StringComparison.Ordinal);
    }

    private static List<int> Programs(FindingContext image)
    {
        var found = new List<int>();
        for (var layer = 0; layer < image.Tree.Layers.Count; layer++)
            foreach (var capture in image.Tree.Layers[layer].Layer.Captures)
                if (capture.Kind == ElfFiles.Kind && image.Tree.PlaceOf(layer, capture.Ordinal) is var node and >= 0
                    && IsLeft(image, node))
                    found.Add(node);
        return [.. found.Where(n => image.Tree.Nodes[n].Visible).Distinct()];
    }

    /// <summary>True when the same program stands outside of all source trees as well.</summary>
    private static bool IsInstalled(FindingContext image, int program, HashSet<int> tops)
    {
        var name = PathText.FromName(image.Tree.NameOf(program));
        var content = image.Tree.ContentOf(image.Tree.Inodes[image.Tree.Nodes[program].Inode]);
        return image.Names.Named(
            name).Any(n => n != program && image.Tree.Nodes[n].Inode is var other and >= 0
                && other != image.Tree.Nodes[program].Inode
            && image.Tree.ContentOf(image.Tree.Inodes[other]) == content && !tops.Any(t => IsBelow(image.Tree, n, t)));
    }

    private static bool IsBelow(FileTree tree, int node, int top)
    {
        for (; node > top; node = tree.Nodes[node].Parent)
            if (tree.Nodes[node].Parent == top)
                return true;
        return false;
    }
}
