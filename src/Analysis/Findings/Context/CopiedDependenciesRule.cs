using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>Dependencies that a checkout had installed for itself and that came along with the build context.</summary>
internal sealed class CopiedDependenciesRule : IFindingRule
{
    public const string RuleId = "copied-dependencies";

    private static readonly string[] Names = ["node_modules", ".venv", "venv", "bower_components"];

    /// <summary>They start commands in the environment that they find.</summary>
    private static readonly string[] Environments = ["uv", "poetry", "pipenv", "pdm", "hatch", "rye"];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var all = Tops(image).ToList();
        var unused = Unused(image, [.. all.Select(t => t.Node)]);
        foreach (var (layer, (evidence, names)) in ContextFiles.ByOrigin(
            image, all.Where(t => unused.Contains(t.Node)).Select(t => (t.Node, t.Origin)),
            n => PathText.FromName(image.Tree.NameOf(n))))
            yield return image.Finding(new(
                Id,
                $"{ContextFiles.Listed(names)} copied from the build context, and not used when the image starts",
                Confidence.Probable,
                layer,
                evidence,
                new Fix(
                    "Neither PATH nor the start command names this virtual environment, and the interpreter that is " +
                    "started does not look there. Exclude it with .dockerignore.",
                    "# .dockerignore\n" + string.Join('\n', names.Select(n => $"**/{n}"))))
            {
                Key = "unused",
                Remedy = new Remedy.KeepOutOfContext([.. names], []),
            });

        // No bytes are claimed of the others: an install in the image brings most of them back, and how many is not
        // known from here.
        foreach (var layer in all.Where(t => !unused.Contains(t.Node)).GroupBy(t => t.Origin).OrderBy(g => g.Key))
        {
            var names = new SortedSet<string>(layer.Select(t => t.Name), StringComparer.Ordinal);
            var places = layer.Select(t => (t.Node, Facts: PlaceOf(image, t.Node, layer.Key)))
                .OrderByDescending(p => p.Facts.DiskBytes);
            yield return image.Finding(new(
                Id,
                $"{ContextFiles.Listed(names)} copied from the build context",
                Confidence.Maybe,
                layer.Key,
                new EvidenceList(image),
                new Fix(
                    "Packages installed on the host include development dependencies and are built for the host's " +
                    "platform. Exclude them with .dockerignore and install in the image. No bytes are counted, since " +
                    "an install brings most of them back.",
                    ".dockerignore:\n" + string.Join('\n', names.Select(n => $"**/{n}")) + "\n\nDockerfile:\n"
                    + (names.All(n => n.EndsWith("venv", StringComparison.Ordinal))
                        ? "RUN pip install --no-cache-dir -r requirements.txt"
                        : "RUN npm ci --omit=dev")))) with
            {
                Paths = image.Describe(places),
                PathCount = layer.Count(),
            };
        }
    }

    /// <summary>
    /// A virtual environment of Python's is only used by what is started in it, or by a tool that looks for it.
    /// </summary>
    private static HashSet<int> Unused(FindingContext image, IEnumerable<int> nodes)
    {
        var environments = nodes.Where(n => image.Find(n, "pyvenv.cfg") >= 0).ToHashSet();
        if (environments.Count == 0 || image.Used.Start.IsOpen || Environments.Any(image.Used.Start.Runs))
            return [];
        environments.ExceptWith(image.Used.Among(environments));
        return environments;
    }

    private static Evidence PlaceOf(FindingContext image, int node, int layer)
    {
        var sizes = image.Tree.FinalSizes[node];
        return new Evidence("", sizes.DiskBytes, sizes.PullBytes, layer, null);
    }

    /// <summary>None lies in another.</summary>
    private static IEnumerable<(int Node, int Origin, string Name)> Tops(FindingContext image)
    {
        var nested = new Subtrees(
            image.Tree, n => Names.Contains(PathText.FromName(image.Tree.NameOf(n))), image.Work);
        var usr = image.Tree.Child(FileTree.Root, "usr"u8);
        // /usr/lib, /usr/lib64, /usr/local, /usr/libexec
        var system = new Subtrees(
            image.Tree, n => image.Tree.Nodes[n].Parent == usr && image.Tree.NameOf(n).StartsWith("l"u8), image.Work);
        return
            from name in Names
            from node in image.Names.Named(name)
            where !nested.HasAround(node)
                && image.Tree.Nodes[node].Kind == EntryKind.Directory && !system.Has(node)
            let origin = image.Origins[node]
            where origin >= 0 && image.IsFromContext(origin) && !image.Base.Has(origin)
                // An install would bring them again: what it left as it was is needed, what it replaced is wasted and
                // has a finding of its own.
                && !ContextFiles.IsInstalledAgain(image, origin)
            select (node, origin, name);
    }
}
