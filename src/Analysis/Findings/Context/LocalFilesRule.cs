using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// Editor, pipeline, test and build files that came with the build context: a .dockerignore keeps them out.
/// </summary>
internal sealed class LocalFilesRule : IFindingRule
{
    public const string RuleId = "local-files";

    /// <summary>Mean this wherever a COPY from the context put them.</summary>
    private static readonly string[] Anywhere =
    [
        "**/.idea", "**/.vscode", "**/.vs", "**/.fleet", "**/.settings", "**/.DS_Store", "**/Thumbs.db", "**/*.swp",
        "**/*.swo", "**/*~", "**/*.orig", "**/*.rej", "**/.github", "**/.gitlab-ci.yml", "**/.circleci",
        "**/.travis.yml", "**/.drone.yml", "**/azure-pipelines.yml", "**/Jenkinsfile", "**/.dockerignore",
        "**/.gitignore", "**/.gitattributes", "**/.gitmodules", "**/.editorconfig", "**/.pre-commit-config.yaml",
        "**/Dockerfile", "**/*.Dockerfile", "**/docker-compose.yml", "**/docker-compose.yaml", "**/compose.yaml",
        "**/compose.yml", "**/.devcontainer", "**/coverage", "**/.nyc_output", "**/htmlcov", "**/.coverage",
        "**/__pycache__", "**/.terraform", "**/.vagrant", "**/*.log",
    ];

    /// <summary>Mean this only beside what marks the top of a project.</summary>
    private static readonly string[] InProject =
        ["**/test", "**/tests", "**/__tests__", "**/spec", "**/e2e", "**/cypress", "**/testdata", "**/fixtures",
            "**/logs", "**/log"];

    /// <summary>Made by a build on the host; the product itself when the image starts from there.</summary>
    private static readonly string[] Built = ["**/dist", "**/build", "**/out", "**/target"];

    private static readonly HashSet<string> Generic =
    [
        .. InProject.Concat(Built).Select(p => p["**/".Length..]), "coverage"
    ];

    private static readonly string[] ProjectMarks =
    [
        ".git", ".gitignore", "package.json", "pyproject.toml", "setup.py", "requirements.txt", "go.mod", "Cargo.toml",
        "pom.xml", "build.gradle", "Gemfile", "composer.json", "mix.exs", "Makefile", "Dockerfile",
    ];

    /// <summary>What lies below these was installed, whoever copied it.</summary>
    private static readonly string[] Installed =
    [
        "node_modules", "site-packages", "dist-packages", "vendor", ".venv", "venv", "gems"
    ];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, (evidence, names)) in ContextFiles.ByOrigin(image, Tops(image)))
        {
            var shown = new SortedSet<string>(names.Select(n => n.TrimStart('/')), StringComparer.Ordinal);
            var finding = image.Finding(new(
                Id,
                $"{ContextFiles.Listed(shown)} copied from the build context",
                image.Base.Has(layer) ? Confidence.Maybe : Confidence.Probable,
                layer,
                evidence,
                new Fix(
                    "The program does not need these files. List them in .dockerignore; builds get faster, too.",
                    "# .dockerignore\n" + string.Join('\n', names.Select(n => n.StartsWith('/') ? n[1..] : $"**/{n}"))))
            {
                Remedy = new Remedy.KeepOutOfContext(
                    [.. names.Select(n => n[(n.LastIndexOf('/') + 1)..]).Distinct()], []),
            });
            // A guess by name is never severe.
            yield return finding.Severity == Severity.High ? finding with { Severity = Severity.Medium } : finding;
        }
    }

    private static IEnumerable<(int Node, int Origin, string Name)> Tops(FindingContext image) =>
        Candidates(image, image.Start).Where(n => !IsInstalled(image.Tree, n))
            .Select(n => (Node: n, Origin: ContextFiles.OriginOf(image, n)))
            .Where(t => t.Origin >= 0 && image.IsFromContext(t.Origin))
            .Select(t => (t.Node, t.Origin, NameOf(image.Tree, t.Node)));

    private static IEnumerable<int> Candidates(FindingContext image, string start)
    {
        foreach (var node in Anywhere.SelectMany(image.Match))
            yield return node;
        foreach (var node in InProject.SelectMany(image.Match).Where(n => IsProjectPart(image.Tree, n)))
            yield return node;
        // A command that is not known may start anything.
        if (start.Length == 0 || start.Contains("npm", StringComparison.Ordinal)
            || start.Contains("yarn", StringComparison.Ordinal))
            yield break;
        foreach (var node in Built.SelectMany(image.Match))
            if (image.Tree.Nodes[node].Kind == EntryKind.Directory
                && image.Tree.Find(image.Tree.Nodes[node].Parent, ".git") >= 0
                && !start.Contains(PathText.FromName(image.Tree.NameOf(node)), StringComparison.Ordinal))
                yield return node;
    }

    /// <summary>
    /// A name that means the same everywhere; else the path in the project, with a slash before it: **/dist in a
    /// .dockerignore would take those of node_modules along.
    /// </summary>
    private static string NameOf(FileTree tree, int node)
    {
        var name = PathText.FromName(tree.NameOf(node));
        if (!Generic.Contains(name))
            return name;
        var (path, best) = (name, name);
        for (var n = tree.Nodes[node].Parent; n > FileTree.Root; n = tree.Nodes[n].Parent)
        {
            if (ProjectMarks.Any(m => tree.Find(n, m) >= 0))
                best = path;
            path = $"{PathText.FromName(tree.NameOf(n))}/{path}";
        }

        return "/" + best;
    }

    private static bool IsProjectPart(FileTree tree, int node) =>
        tree.Nodes[node].Kind == EntryKind.Directory
        && ProjectMarks.Any(m => tree.Find(tree.Nodes[node].Parent, m) >= 0);

    private static bool IsInstalled(FileTree tree, int node)
    {
        for (var n = tree.Nodes[node].Parent; n > FileTree.Root; n = tree.Nodes[n].Parent)
        {
            var name = PathText.FromName(tree.NameOf(n));
            if (Installed.Contains(name)
                || (name == "usr" && tree.Nodes[n].Parent == FileTree.Root && !IsBelowUsrSrc(tree, node, n)))
                return true;
        }

        return false;
    }

    /// <summary>/usr/src/app is where many images put their own files; the rest of /usr is installed.</summary>
    private static bool IsBelowUsrSrc(FileTree tree, int node, int usr)
    {
        while (tree.Nodes[node].Parent != usr)
            node = tree.Nodes[node].Parent;
        return tree.NameOf(node).SequenceEqual("src"u8);
    }
}
