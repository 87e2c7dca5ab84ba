using System.Collections.Concurrent;
using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>
/// What the installation of packages makes and no list names: byte code and caches in folders that only they have, and
/// dpkg's own files about each of them. It would not be there without them.
/// </summary>
internal sealed class PackageFolders
{
    private readonly FileTree tree;
    private readonly PackageSet packages;
    private readonly WorkBudget work;

    /// <summary>How many packages name a folder.</summary>
    private readonly Dictionary<int, int> shared = [];
    private readonly ConcurrentDictionary<int, ILookup<string, int>> about = new();

    public PackageFolders(FileTree tree, PackageSet packages, WorkBudget work)
    {
        (this.tree, this.packages, this.work) = (tree, packages, work);
        foreach (var claim in packages.Claims)
        {
            work.Spend(1 + claim.Nodes.Count);
            if (claim.Carrier < 0)
                foreach (var node in claim.Nodes)
                    if (tree.Nodes[node] is { Visible: true, Kind: EntryKind.Directory })
                        shared[node] = shared.GetValueOrDefault(node) + 1;
        }
    }

    /// <param name="layer">The layer that installed them; what another one put beside them is somebody else's.</param>
    public List<int> Leftovers(int layer, IReadOnlyList<int> members)
    {
        var found = new List<int>();
        var theirs = new Dictionary<int, int>();
        var told = new HashSet<(int Database, string Name)>();
        foreach (var member in members)
        {
            var claim = packages.Claims[member];
            work.Spend(1 + claim.Nodes.Count);
            foreach (var node in claim.Nodes)
                if (shared.ContainsKey(node))
                    theirs[node] = theirs.GetValueOrDefault(node) + 1;
            // A hostile list has a name many times.
            if (claim.Ecosystem == "deb" && told.Add((claim.Database, claim.Name)))
                found.AddRange(About(claim));
        }

        foreach (var (folder, count) in theirs)
            if (count == shared[folder])
                Collect(folder, found);
        return found.FindAll(n => tree.Inodes[tree.Nodes[n].Inode].Layer == layer);
    }

    private void Collect(int folder, List<int> found)
    {
        var open = new Stack<int>([folder]);
        while (open.TryPop(out var at))
            foreach (var child in tree.VisibleChildren(at, work))
            {
                var node = tree.Nodes[child];
                if (node.Kind == EntryKind.Directory && !shared.ContainsKey(child))
                    open.Push(child);
                else if (node.Inode >= 0 && packages.OwnerOf(node.Inode) < 0)
                    found.Add(child);
            }
    }

    // var/lib/dpkg/info/gcc-12.list, gcc-12.md5sums, libc6-dev:amd64.list, ...
    private IEnumerable<int> About(PackageClaim claim)
    {
        var database = tree.Nodes[claim.Database].Parent;
        return about.GetOrAdd(
            database, d => Info(d).ToLookup(f => f.Package, f => f.Node, StringComparer.Ordinal))[claim.Name];
    }

    private IEnumerable<(string Package, int Node)> Info(int database) =>
        tree.Find(database, "info") is not (var folder and >= 0)
            ? []
            : tree.VisibleChildren(folder, work).Where(n => tree.Nodes[n].Inode >= 0).Select(n =>
            {
                var name = Encoding.UTF8.GetString(tree.NameOf(n));
                var dot = name.LastIndexOf('.');
                return (name[..(dot < 0 ? name.Length : dot)].Split(':')[0], n);
            });
}
