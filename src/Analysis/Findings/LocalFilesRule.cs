using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings;

/// <summary>Version control, editor and local files that came with the build context: a .dockerignore keeps them out.</summary>
internal sealed class LocalFilesRule : IFindingRule
{
    /// <summary>Directories that are version control wherever they stand.</summary>
    private static readonly string[] Repositories = [".git", ".svn", ".hg"];

    /// <summary>Names that mean this only when they came by COPY or ADD: packages ship some of them too.</summary>
    private static readonly string[] FromContext =
    [
        ".idea", ".vscode", ".vs", ".DS_Store", ".github", ".gitlab-ci.yml", ".circleci", ".dockerignore", ".gitignore", ".gitattributes",
        "Dockerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yaml", "compose.yml", "node_modules", "coverage", ".nyc_output",
        "__pycache__", ".pytest_cache", ".mypy_cache", ".tox", ".venv", "venv", ".env", "Thumbs.db", ".terraform",
    ];

    private static readonly Dictionary<string, bool> Names =
        Repositories.Select(n => (n, Always: true)).Concat(FromContext.Select(n => (n, Always: false))).ToDictionary(n => n.n, n => n.Always);

    private static readonly int Longest = Names.Keys.Max(n => n.Length);

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var origins = Origins(image.Tree);
        var layers = new SortedDictionary<int, (EvidenceList Evidence, SortedSet<string> Names)>();
        var taken = new HashSet<int>();
        foreach (var (node, name) in Candidates(image.Tree))
        {
            // Parents come before their children, so a node_modules inside a node_modules is part of the outer one.
            if (IsBelow(image.Tree, node, taken) || !CameFromContext(image, node, name, origins, out var origin))
                continue;
            taken.Add(node);
            if (!layers.TryGetValue(origin, out var group))
                layers.Add(origin, group = (new EvidenceList(image), new SortedSet<string>(StringComparer.Ordinal)));
            group.Names.Add(name);
            foreach (var below in image.Tree.Below(node))
                if (image.Tree.BodyAt(below) is var inode and >= 0)
                    group.Evidence.Add(below, inode);
        }

        foreach (var (layer, (evidence, names)) in layers)
            if (evidence.DiskBytes > 0)
                yield return DeadBytes.ToFinding(
                    image,
                    "local-files",
                    $"{string.Join(", ", names.Take(4))}{(names.Count > 4 ? $" and {names.Count - 4} more" : "")} came along with the build context",
                    Confidence.Probable,
                    layer,
                    evidence,
                    new Fix(
                        "These files serve the checkout, not the image. List them in .dockerignore; builds get faster too.",
                        "# .dockerignore\n" + string.Join('\n', names.Select(n => $"**/{n}"))));
    }

    private static IEnumerable<(int Node, string Name)> Candidates(FileTree tree)
    {
        for (var i = 1; i < tree.Nodes.Length; i++)
        {
            if (!tree.Nodes[i].Visible || tree.NameOf(i).Length > Longest)
                continue;
            var first = tree.NameOf(i)[0];
            if (first is not ((byte)'.' or (byte)'_' or (byte)'c' or (byte)'d' or (byte)'n' or (byte)'v' or (byte)'D' or (byte)'T'))
                continue;
            var name = Encoding.UTF8.GetString(tree.NameOf(i));
            if (Names.ContainsKey(name))
                yield return (i, name);
        }
    }

    private static bool CameFromContext(FindingContext image, int node, string name, int[] origins, out int origin)
    {
        origin = image.Tree.Below(node).Select(n => origins[n]).FirstOrDefault(o => o >= 0, -1);
        if (origin < 0)
            return false;
        if (Names[name])
            return image.Tree.Nodes[node].Kind == EntryKind.Directory
                && (name != ".git" || image.Tree.VisibleChildren(node).Any(c => image.Tree.NameOf(c).SequenceEqual("HEAD"u8)));
        var path = image.Tree.PathOf(node);
        if (path.StartsWith("/usr/", StringComparison.Ordinal) && !path.StartsWith("/usr/src/", StringComparison.Ordinal))
            // What a package or another stage installed: npm itself is a node_modules there.
            return false;
        var instruction = image.InstructionOf(origin);
        return Instruction.IsCopy(instruction) && !instruction!.Contains("--from=", StringComparison.Ordinal);
    }

    private static bool IsBelow(FileTree tree, int node, HashSet<int> taken)
    {
        for (var n = tree.Nodes[node].Parent; n > FileTree.Root; n = tree.Nodes[n].Parent)
            if (taken.Contains(n))
                return true;
        return false;
    }

    /// <summary>The first layer that had a file at each node: a later chown carries it again, but did not bring it.</summary>
    private static int[] Origins(FileTree tree)
    {
        var origins = new int[tree.Nodes.Length];
        Array.Fill(origins, -1);
        foreach (ref readonly var inode in tree.Inodes)
            if (inode.Node >= 0 && origins[inode.Node] < 0)
                origins[inode.Node] = inode.Layer;
        return origins;
    }
}
