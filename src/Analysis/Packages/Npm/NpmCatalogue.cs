using System.Globalization;
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
        var claims = new List<PackageClaim>();
        foreach (var file in files.OfKind(NpmFiles.Kind).Where(f => f.Name == "package.json"))
        {
            var at = file.Path.LastIndexOf(Modules, StringComparison.Ordinal);
            // A manifest of node_modules itself is none of a module.
            if (at < 0 || file.Folder.Length <= at + Modules.Length)
                continue;
            using var json = JsonFile.Parse(file.Bytes);
            if (json is null || json.RootElement.Text("version") is not { Length: > 0 } version)
                continue;
            // An alias is installed under another name than it has.
            var folder = file.Folder[(at + Modules.Length)..];
            var name = json.RootElement.Text("name") is { Length: > 0 } own ? own : folder;
            var top = file.Path[..file.Path.IndexOf(Modules, StringComparison.Ordinal)];
            if (!trees.TryGetValue(top, out var tree))
                trees.Add(top, tree = new NpmTree(files, top));
            if (tree.AsksFor(folder, file.Node))
                tree.Roots.Add((claims.Count, folder));
            claims.Add(new PackageClaim(
                "npm", name, version, Purl.Format("npm", name.Split('/', 2), version),
                file.Node, files.Origin(file.Node), FilesOf(files, file.Node))
            {
                // What a name leads to is told by the folders, as Node does it; a module of a workspace may use one
                // above it.
                Scope = FileTree.Root,
                Needs = [.. resolver.Find(
                    file.Node, ForUse.SelectMany(k => json.RootElement.Member(k).Members()).Select(d => d.Key()))
                    .Select(Mark)],
                Provides = [Mark(file.Node)],
                License = StatedLicense.AnyOf(json.RootElement.Member("license"), json.RootElement.Member("licenses")),
                // npm install --global knows no application around its modules.
                OnPurpose = top.EndsWith("/lib", StringComparison.Ordinal) ? at == top.Length : tree.IsKnown
                    ? tree.AsksFor(folder, file.Node)
                    : null,
                Development = tree.Locked?.Contains(file.Folder[(top.Length + 1)..]) == true,
            });
        }

        var providers = PackageLinks.Providers(claims);
        foreach (var tree in trees.Values)
            foreach (var i in tree.OnlyForDevelopment(claims, providers))
                claims[i] = claims[i] with { Development = true };
        return claims;
    }

    /// <summary>No module can have such a name.</summary>
    private static string Mark(int manifest) => string.Create(CultureInfo.InvariantCulture, $"#{manifest}");

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
                if (tree.Nodes[child].Kind != EntryKind.Directory && tree.Nodes[child].FirstChild < 0)
                    found.Add(child);
                else if (!tree.NameOf(child).SequenceEqual("node_modules"u8))
                    stack.Push(child);
        return found;
    }
}
