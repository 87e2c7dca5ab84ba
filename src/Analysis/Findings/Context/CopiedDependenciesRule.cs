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
        var tops = Tops(image).ToLookup(t => IsUnused(image, t.Node));
        foreach (var (layer, (evidence, names)) in ContextFiles.ByOrigin(image, tops[true]))
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
        foreach (var layer in tops[false].GroupBy(t => t.Origin).OrderBy(g => g.Key))
        {
            var names = new SortedSet<string>(layer.Select(t => t.Name), StringComparer.Ordinal);
            var places = layer.Select(t => PlaceOf(image, t.Node, layer.Key)).OrderByDescending(p => p.DiskBytes)
                .ToList();
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
                Paths = places,
                PathCount = places.Count,
            };
        }
    }

    /// <summary>
    /// A virtual environment of Python's is only used by what is started in it, or by a tool that looks for it.
    /// </summary>
    private static bool IsUnused(FindingContext image, int node) =>
        image.Tree.Find(node, "pyvenv.cfg") >= 0 && image.Used.FindUse(new HashSet<int> { node }) is null
        && !image.Used.Start.IsOpen(image) && !Environments.Any(image.Used.Start.Runs);

    private static Evidence PlaceOf(FindingContext image, int node, int layer)
    {
        var sizes = image.Tree.FinalSizes[node];
        return new Evidence(image.Tree.PathOf(node), sizes.DiskBytes, sizes.PullBytes, layer, null);
    }

    private static IEnumerable<(int Node, int Origin, string Name)> Tops(FindingContext image) =>
        from name in Names
        from node in image.Names.Named(name)
        where !IsNested(image, node)
            && image.Tree.Nodes[node].Kind == EntryKind.Directory
            && !image.Tree.PathOf(node).StartsWith("/usr/l", StringComparison.Ordinal)
        let origin = ContextFiles.OriginOf(image, node)
        where origin >= 0 && image.IsFromContext(origin) && !image.Base.Has(origin)
            // An install would bring them again: what it left as it was is needed, what it replaced is wasted and has a
            // finding of its own.
            && !ContextFiles.IsInstalledAgain(image, origin)
        select (node, origin, name);

    private static bool IsNested(FindingContext image, int node)
    {
        for (var n = image.Tree.Nodes[node].Parent; n > FileTree.Root; n = image.Tree.Nodes[n].Parent)
            if (Names.Contains(PathText.FromName(image.Tree.NameOf(n))))
                return true;
        return false;
    }
}
