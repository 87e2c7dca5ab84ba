using System.Globalization;
using System.Text.Json;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Packages.Npm;

/// <summary>
/// Modules in node_modules, each by its package.json; npm's hidden lock file says which only development needs, else
/// the application's own package.json does.
/// </summary>
internal sealed class NpmCatalogue : IPackageCatalogue
{
    private const string Modules = "/node_modules/";

    /// <summary>npm 7 and later install peers as well.</summary>
    private static readonly string[] ForUse = ["dependencies", "optionalDependencies", "peerDependencies"];

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        var trees = new Dictionary<string, NpmTree>(StringComparer.Ordinal);
        var resolver = new NpmResolver(files);
        var marks = new Dictionary<int, string>();
        var claims = new List<PackageClaim>();
        var treeOf = new List<NpmTree>();
        long held = 0;
        foreach (var file in files.OfKind(NpmFiles.Kind))
        {
            if (!file.IsNamed("package.json"u8))
                continue;
            var path = file.Path;
            var at = path.LastIndexOf(Modules, StringComparison.Ordinal);
            // A manifest of node_modules itself is none of a module.
            if (at < 0 || path.LastIndexOf('/') <= at + Modules.Length)
                continue;
            using var json = JsonFile.Parse(file.Bytes, files.Work);
            if (json is null || Claim(files, file, path[(at + Modules.Length)..path.LastIndexOf('/')], json.RootElement)
                is not { } claim)
                continue;
            var needs = resolver.Find(
                file.Node, ForUse.SelectMany(k => json.RootElement.Member(k).Members()).Select(d => d.Key()));
            claim = claim with
            {
                Needs = [.. needs.Distinct().Take(PackageClaim.MostNames).Select(n => Mark(marks, n))],
                Provides = [Mark(marks, file.Node)],
            };
            var top = path[..path.IndexOf(Modules, StringComparison.Ordinal)];
            if (!trees.TryGetValue(top, out var tree))
                trees.Add(top, tree = new NpmTree(files, top));
            claims.Add(Place(claim, tree, claims.Count, path, at));
            treeOf.Add(tree);
            // Until it is handed out: a package of all that it needs costs more than its manifest has bytes.
            files.Work.Hold(claim.MemoryBytes);
            held += claim.MemoryBytes;
        }

        MarkDevelopment(claims, treeOf, trees.Values, files.Work);
        files.Work.Release(held);
        return claims;
    }

    private static PackageClaim? Claim(CapturedFiles files, CapturedFile file, string folder, JsonElement manifest)
    {
        var version = manifest.Text("version");
        // An alias is installed under another name than it has.
        var name = manifest.Text("name") is { Length: > 0 } own ? own : folder;
        if (version.Length == 0 || !PackageClaim.IsNamed(name, version))
            return null;
        return new PackageClaim(
            "npm", name, version, Purl.Format("npm", name.Split('/', 2), version),
            file.Node, files.Origin(file.Node), FilesOf(files, file.Node))
        {
            // What a name leads to is told by the folders, as Node does it; a module of a workspace may use one
            // above it.
            Scope = FileTree.Root,
            License = StatedLicense.AnyOf(manifest.Member("license"), manifest.Member("licenses")),
        };
    }

    /// <param name="path">Of its manifest.</param>
    /// <param name="at">Where the last node_modules stands in it.</param>
    private static PackageClaim Place(PackageClaim claim, NpmTree tree, int index, string path, int at)
    {
        var folder = path[(at + Modules.Length)..path.LastIndexOf('/')];
        var asked = tree.AsksFor(folder, claim.Database);
        if (asked)
            tree.Roots.Add((index, folder));
        return claim with
        {
            // npm install --global knows no application around its modules.
            OnPurpose = tree.Top.EndsWith("/lib", StringComparison.Ordinal) ? at == tree.Top.Length
                : tree.IsKnown ? asked : null,
            Development = tree.Locked?.Contains(path[(tree.Top.Length + 1)..path.LastIndexOf('/')]) == true,
        };
    }

    private static void MarkDevelopment(
        List<PackageClaim> claims, List<NpmTree> treeOf, IEnumerable<NpmTree> trees, WorkBudget work)
    {
        var providers = PackageLinks.Providers(claims, work);
        foreach (var tree in trees)
            foreach (var i in tree.OnlyForDevelopment(claims, treeOf, providers))
                claims[i] = claims[i] with { Development = true };
    }

    /// <summary>No module can have such a name.</summary>
    private static string Mark(Dictionary<int, string> marks, int manifest) =>
        marks.TryGetValue(manifest, out var mark) ? mark
            : marks[manifest] = string.Create(CultureInfo.InvariantCulture, $"#{manifest}");

    /// <summary>
    /// The module's folder without the modules that live in it; what a layer hid in it counts as wasted.
    /// </summary>
    private static List<int> FilesOf(CapturedFiles files, int manifest)
    {
        var tree = files.Tree;
        var found = new List<int>();
        var stack = new Stack<int>([tree.Nodes[manifest].Parent]);
        while (stack.TryPop(out var at))
            for (var child = tree.Nodes[at].FirstChild; child >= 0; child = tree.Nodes[child].NextSibling)
            {
                files.Work.Spend(1);
                if (tree.Nodes[child].Kind != EntryKind.Directory && tree.Nodes[child].FirstChild < 0)
                    found.Add(child);
                else if (!tree.NameOf(child).SequenceEqual("node_modules"u8))
                    stack.Push(child);
            }

        return found;
    }
}
