using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>Repositories: the whole history of the code, wherever they stand.</summary>
internal sealed class VersionControlRule : IFindingRule
{
    public const string RuleId = "version-control";

    /// <summary>A directory and what makes it the repository's own.</summary>
    private static readonly (string Name, string Mark)[] Repositories =
    [
        (".git", "HEAD"), (".svn", "wc.db"), (".hg", "store"), (".bzr", "branch")
    ];

    private static readonly string[] Clients = ["git", "svn", "hg", "bzr"];

    /// <summary>They ask a repository for a version.</summary>
    private static readonly string[] BuildTools = ["go", "npm", "make"];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, (evidence, names)) in ContextFiles.ByOrigin(
            image, Tops(image), n => PathText.FromName(image.Tree.NameOf(n))))
        {
            var (fix, remedy) = image.IsFromContext(layer) ? LeftOut(names) : Removed(image, layer, evidence, names);
            yield return image.Finding(new(
                Id,
                $"{ContextFiles.Listed(names)} contains the whole history of the code",
                image.Base.Has(layer) ? Confidence.Maybe : Confidence.Probable,
                layer,
                evidence,
                fix)
            {
                Remedy = remedy,
            });
        }
    }

    private static (Fix Fix, Remedy Remedy) LeftOut(NameList names) => (
        new Fix(
            "The program does not need the repository, which holds every version ever committed. List it in " +
            ".dockerignore; builds get faster, too.",
            "# .dockerignore\n" + string.Join('\n', names.Select(n => $"**/{n}"))),
        new Remedy.KeepOutOfContext([.. names], Clients));

    private static (Fix Fix, Remedy Remedy) Removed(
        FindingContext image, int layer, EvidenceList evidence, NameList names) => (
        new Fix(
            "The program does not need the history. Remove it in the same RUN that clones, or clone in a separate " +
            "stage and copy what is needed.",
            $"RUN {Phrases.Command(image.InstructionOf(layer))} \\\n && rm -rf {Repository(evidence, names)}"),
        new Remedy.RemoveFiles(
            [.. evidence.Biggest().Select(e => RepositoryOf(e.Path)).Distinct()], [.. Clients, .. BuildTools],
            AnyRunMayRead: false));

    // /src/app/.git/objects/00 goes with all of /src/app/.git.
    private static string RepositoryOf(string path)
    {
        foreach (var (name, _) in Repositories)
            if (path.IndexOf($"/{name}/", StringComparison.Ordinal) is >= 0 and var at)
                return path[..(at + name.Length + 1)];
        return path;
    }

    /// <summary>The whole of the one that holds most: without its objects alone it is a broken one.</summary>
    private static string Repository(EvidenceList evidence, NameList names)
    {
        var path = evidence.BiggestPath();
        foreach (var name in names)
            if (path.IndexOf($"/{name}/", StringComparison.Ordinal) is >= 0 and var at)
                return path[..(at + name.Length + 1)];
        return evidence.MainDirectory();
    }

    private static IEnumerable<(int Node, int Origin)> Tops(FindingContext image) =>
        from r in Repositories
        from node in image.Names.Named(r.Name)
        where image.Tree.Nodes[node].Kind == EntryKind.Directory
            && (image.Find(node, r.Mark) >= 0 || r.Name == ".svn" && image.Find(node, "entries") >= 0)
        let origin = image.Origins[node]
        where origin >= 0
        select (node, origin);
}
