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
    private static readonly HashSet<string> Installed =
    [
        "node_modules", "site-packages", "dist-packages", "vendor", ".venv", "venv", "gems"
    ];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var evidence = new LocalEvidence(image);
        var names = new ProjectNames(image);
        var tops = Tops(image).Where(t => !(IsGeneric(image, t.Node) && evidence.IsNamed(NameOf(image, t.Node))))
            .ToLookup(t => !IsGeneric(image, t.Node) || evidence.IsShown(t.Node, NameOf(image, t.Node)));
        var shown = image.In(tops[true].Select(t => t.Node).ToHashSet());
        return Find(image, tops[true], names, Confidence.Probable)
            .Concat(Find(image, tops[false].Where(t => !shown.HasAround(t.Node)), names, Confidence.Maybe));
    }

    private static bool IsGeneric(FindingContext image, int node) => Generic.Contains(NameOf(image, node));

    private static string NameOf(FindingContext image, int node) => PathText.FromName(image.Tree.NameOf(node));

    private IEnumerable<Finding> Find(
        FindingContext image, IEnumerable<(int Node, int Origin)> tops, ProjectNames projects, Confidence confidence)
    {
        foreach (var (layer, (evidence, names)) in ContextFiles.ByOrigin(image, tops, projects.NameOf))
        {
            var isShown = confidence > Confidence.Maybe;
            var shown = new SortedSet<string>(names.Select(n => n.TrimStart('/')), StringComparer.Ordinal);
            var finding = image.Finding(new(
                Id,
                $"{ContextFiles.Listed(shown)} copied from the build context",
                image.Base.Has(layer) ? Confidence.Maybe : confidence,
                layer,
                evidence,
                new Fix(
                    isShown
                        ? "The program does not need these files. List them in .dockerignore; builds get faster, too."
                        : "Named like what tests and builds leave, and nothing inside shows that they are. Check "
                            + "first: the program may read or serve them. If not, list them in .dockerignore.",
                    "# .dockerignore\n" + string.Join('\n', names.Select(n => n.StartsWith('/') ? n[1..] : $"**/{n}"))))
            {
                Key = isShown ? "" : "doubtful",
                Remedy = names.IsWhole && isShown
                    ? new Remedy.KeepOutOfContext([.. names.Select(n => n[(n.LastIndexOf('/') + 1)..]).Distinct()], [])
                    : null,
            });
            // A guess by name is never severe.
            yield return finding.Severity == Severity.High ? finding with { Severity = Severity.Medium } : finding;
        }
    }

    private static IEnumerable<(int Node, int Origin)> Tops(FindingContext image)
    {
        var tree = image.Tree;
        var usr = tree.Find(FileTree.Root, "usr");
        // /usr/src/app is where many images put their own files; the rest of /usr is installed.
        var isOfSystem = (int n) => usr >= 0 && tree.Nodes[n].Parent == usr && !tree.NameOf(n).SequenceEqual("src"u8);
        var installed = new Subtrees(
            tree, n => isOfSystem(n) || Installed.Contains(PathText.FromName(tree.NameOf(n))), image.Work);
        var start = $"{image.Start} {string.Join(' ', image.Facts.Command)}".Trim();
        return Candidates(image, start).Where(n => !installed.HasAround(n) && !isOfSystem(n))
            .Select(n => (Node: n, Origin: image.Origins[n]))
            .Where(t => t.Origin >= 0 && image.IsFromContext(t.Origin));
    }

    private static IEnumerable<int> Candidates(FindingContext image, string start)
    {
        foreach (var node in Anywhere.SelectMany(image.Match))
            yield return node;
        foreach (var node in InProject.SelectMany(image.Match).Where(n => IsProjectPart(image, n)))
            yield return node;
        // A command that is not known may start anything.
        if (start.Length == 0 || start.Contains("npm", StringComparison.Ordinal)
            || start.Contains("yarn", StringComparison.Ordinal))
            yield break;
        foreach (var name in Built)
        {
            var isStarted = start.Contains(name["**/".Length..], StringComparison.Ordinal);
            foreach (var node in isStarted ? [] : image.Match(name))
                if (image.Tree.Nodes[node].Kind == EntryKind.Directory
                    && image.Find(image.Tree.Nodes[node].Parent, ".git") >= 0)
                    yield return node;
        }
    }

    private static bool IsProjectPart(FindingContext image, int node) =>
        image.Tree.Nodes[node].Kind == EntryKind.Directory
        && ProjectNames.IsProject(image, image.Tree.Nodes[node].Parent);

    /// <summary>How what is left out is named in a .dockerignore.</summary>
    private sealed class ProjectNames(FindingContext image)
    {
        private readonly Subtrees projects = new(image.Tree, n => IsProject(image, n), image.Work);

        public static bool IsProject(FindingContext image, int folder) =>
            ProjectMarks.Any(m => image.Find(folder, m) >= 0);

        /// <summary>
        /// A name that means the same everywhere; else the path in the project, with a slash before it: **/dist in a
        /// .dockerignore would take those of node_modules along.
        /// </summary>
        public string NameOf(int node)
        {
            var tree = image.Tree;
            var name = PathText.FromName(tree.NameOf(node));
            if (!Generic.Contains(name))
                return name;
            if (projects.TopAround(node) is not (>= 0 and var project))
                return "/" + name;
            var parts = new Stack<string>([name]);
            for (var n = tree.Nodes[node].Parent; n != project; n = tree.Nodes[n].Parent)
                parts.Push(PathText.FromName(tree.NameOf(n)));
            image.Work.Spend(parts.Count);
            return "/" + string.Join('/', parts);
        }
    }
}
