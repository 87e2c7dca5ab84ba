using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>Where something was built: outside of what was installed, below a folder with a build file in it.</summary>
internal sealed class BuildPlaces
{
    /// <summary>What stands at the top of such a project.</summary>
    private static readonly string[] BuildFiles =
        ["Makefile", "makefile", "GNUmakefile", "CMakeLists.txt", "configure", "configure.ac", "meson.build", "go.mod",
            "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts"];

    /// <summary>Installed, a cache of its own rule, or read at run time.</summary>
    private static readonly string[] SkippedFolders =
    [
        // Of a root that was unpacked somewhere, too.
        "/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/usr/share/", "/usr/include/", "/usr/local/go/",
        "/usr/local/lib/", "/usr/local/include/", "/usr/local/share/", "/usr/local/rustup/", "/usr/local/cargo/",
        "/go/pkg/", "/var/lib/", "/var/cache/",
    ];

    /// <summary>Folders of installed packages and of caches.</summary>
    private static readonly HashSet<string> Installed = new(StringComparer.Ordinal)
    {
        "node_modules", "site-packages", "dist-packages", "gems", ".cargo", ".rustup", ".cache", ".m2", ".gradle",
        ".nuget", ".npm", "pkg", "jvm",
    };

    private static readonly byte[][][] SkippedNames =
        [.. SkippedFolders.Select(f => f.Trim('/').Split('/').Select(Encoding.UTF8.GetBytes).ToArray())];

    private readonly FindingContext image;
    private readonly Subtrees skipped;
    private readonly Subtrees built;

    public BuildPlaces(FindingContext image)
    {
        this.image = image;
        skipped = new Subtrees(image.Tree, n => IsInstalled(n) || SkippedNames.Any(f => EndsWith(n, f)), image.Work);
        built = new Subtrees(image.Tree, n => BuildFiles.Any(m => image.Find(n, m) >= 0), image.Work);
    }

    /// <summary>A file that no package has, and that lies where builds may leave theirs.</summary>
    public bool IsLeft(int node) =>
        image.Tree.Nodes[node].Inode is var inode and >= 0 && image.Packages.OwnerOf(inode) < 0
        && image.Tree.SizeOf(image.Tree.Inodes[inode]) > 0 && !skipped.HasAround(node) && !IsInstalled(node);

    /// <summary>The highest folder around with a build file in it; -1 when none has one.</summary>
    public int TopOf(int node) => built.TopAround(node);

    /// <summary>Programs in some trees that stand, the same, outside of all of them as well.</summary>
    public List<int> InstalledToo(IEnumerable<int> programs, HashSet<int> tops)
    {
        var tree = image.Tree;
        var inTops = image.In(tops);
        var copies = new List<int>();
        foreach (var name in programs.Where(inTops.HasAround).GroupBy(p => PathText.FromName(tree.NameOf(p))))
        {
            // By content, two bodies outside: one of them is not the program's own.
            var outside = new Dictionary<(UInt128 Hash, long Size), (int First, int Second)>();
            foreach (var node in image.Names.Named(name.Key))
                if (tree.Nodes[node].Inode is var inode and >= 0 && !inTops.HasAround(node))
                {
                    var content = tree.ContentOf(tree.Inodes[inode]);
                    if (!outside.TryGetValue(content, out var known))
                        outside.Add(content, (inode, -1));
                    else if (known.First != inode)
                        outside[content] = known with { Second = inode };
                }

            copies.AddRange(name.Where(p => tree.Nodes[p].Inode is var own
                && outside.TryGetValue(tree.ContentOf(tree.Inodes[own]), out var found)
                && (found.First != own || found.Second >= 0)));
        }

        return copies;
    }

    private bool IsInstalled(int node) => Installed.Contains(PathText.FromName(image.Tree.NameOf(node)));

    /// <summary>A folder and those around it have these names.</summary>
    private bool EndsWith(int folder, byte[][] names)
    {
        for (var i = names.Length - 1; i >= 0; i--, folder = image.Tree.Nodes[folder].Parent)
            if (folder <= FileTree.Root || !image.Tree.NameOf(folder).SequenceEqual(names[i]))
                return false;
        return true;
    }
}
