using System.Text;

namespace ImageInsight.Analysis.Packages.Npm;

/// <summary>
/// Which module a name leads to (https://nodejs.org/api/modules.html#loading-from-node_modules-folders): the one in the
/// nearest node_modules at or above the module that asks. pnpm's are links into its store.
/// </summary>
internal sealed class NpmResolver(CapturedFiles files)
{
    /// <summary>Folders above a module that have a node_modules; npm's deepest trees have ten.</summary>
    private const int MaxFolders = 32;

    /// <summary>Looks into a folder, in all. An application of 30,000 modules takes 400,000.</summary>
    private int left = 2_000_000;

    /// <param name="manifest">The node of the package.json that asks.</param>
    /// <returns>Nodes of the manifests found.</returns>
    public IEnumerable<int> Find(int manifest, IEnumerable<string> names)
    {
        List<int>? folders = null;
        foreach (var name in names)
            foreach (var folder in folders ??= Folders(files.Tree.Nodes[manifest].Parent))
            {
                if (left-- <= 0)
                    yield break;
                if (Module(folder, name) is not (var found and > 0))
                    continue;
                yield return found;
                break;
            }
    }

    private int Module(int folder, string name)
    {
        var module = name.Length == 0 ? -1 : files.Paths.Find(folder, name);
        if (module <= 0)
            return -1;
        var found = files.Tree.Nodes[module].FirstChild >= 0 ? files.Paths.Child(module, "package.json"u8)
            : Linked(folder, name);
        return found > 0 && files.Tree.Nodes[found].Visible ? found : -1;
    }

    private int Linked(int folder, string name) =>
        files.Paths.FindFolder(folder, Encoding.UTF8.GetBytes(name)) is var module and >= 0
            ? files.Paths.Child(module, "package.json"u8)
            : -1;

    private List<int> Folders(int at)
    {
        var found = new List<int>();
        for (; at >= 0 && found.Count < MaxFolders; at = files.Tree.Nodes[at].Parent)
            if (!files.Tree.NameOf(at).SequenceEqual("node_modules"u8)
                && files.Paths.Child(at, "node_modules"u8) is var folder and > 0)
                found.Add(folder);
        return found;
    }
}
