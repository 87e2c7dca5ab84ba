using System.Text.Json;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Packages.Catalogues;

/// <summary>Modules in node_modules, each by its package.json; npm's hidden lock file says which only development needs.</summary>
internal sealed class NpmCatalogue : IPackageCatalogue
{
    private const string Modules = "/node_modules/";

    private static readonly string[] AskedFor = ["dependencies", "devDependencies", "optionalDependencies"];

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        var locks = new Dictionary<string, HashSet<string>>();
        var roots = new Dictionary<string, HashSet<string>?>();
        foreach (var file in files.Bodies.Where(f => f.Name == "package.json"))
        {
            var at = file.Path.LastIndexOf(Modules, StringComparison.Ordinal);
            if (at < 0)
                continue;
            using var json = JsonFile.Parse(file.Bytes);
            if (json is null || json.RootElement.Text("version") is not { Length: > 0 } version)
                continue;
            // An alias is installed under another name than it has.
            var folder = file.Folder[(at + Modules.Length)..];
            var name = json.RootElement.Text("name") is { Length: > 0 } own ? own : folder;
            var top = file.Path[..file.Path.IndexOf(Modules, StringComparison.Ordinal)];
            var isTop = at == top.Length;
            yield return new PackageClaim(
                "npm", name, version, Purl.Of("npm", name.Split('/', 2), version), file.Node, files.Origin(file.Node), FilesOf(files, file.Node))
            {
                Scope = files.Paths.Find(FileTree.Root, top + "/node_modules"),
                Needs = [.. json.RootElement.Member("dependencies").Members().Concat(json.RootElement.Member("optionalDependencies").Members()).Select(d => d.Key())],
                OnPurpose = OnPurpose(files, roots, top, folder, isTop),
                Development = Development(files, locks, top).Contains(file.Folder[(top.Length + 1)..]),
            };
        }
    }

    private static bool? OnPurpose(CapturedFiles files, Dictionary<string, HashSet<string>?> roots, string top, string folder, bool isTop)
    {
        // npm install --global knows no application around its modules.
        if (top.EndsWith("/lib", StringComparison.Ordinal))
            return isTop;
        if (!roots.TryGetValue(top, out var asked))
            roots[top] = asked = Asked(files.At(top + "/package.json"));
        return asked is null ? null : isTop && asked.Contains(folder);
    }

    private static HashSet<string>? Asked(CapturedFile? file)
    {
        using var json = file is null ? null : JsonFile.Parse(file.Bytes);
        return json is null
            ? null
            : [.. AskedFor.SelectMany(k => json.RootElement.Member(k).Members()).Select(d => d.Key())];
    }

    // "packages": { "node_modules/typescript": { "version": "5.4.5", "dev": true } }
    private static HashSet<string> Development(CapturedFiles files, Dictionary<string, HashSet<string>> locks, string top)
    {
        if (locks.TryGetValue(top, out var development))
            return development;
        using var json = files.At(top + "/node_modules/.package-lock.json") is { } file ? JsonFile.Parse(file.Bytes) : null;
        return locks[top] =
            [.. (json?.RootElement.Member("packages")).Members().Where(p => p.Value.Flag("dev")).Select(p => p.Key())];
    }

    /// <summary>The module's folder without the modules that live in it; what a layer hid in it counts as dead.</summary>
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
