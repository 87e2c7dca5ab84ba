using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Packages;

/// <summary>Measures what packages claim of the file tree, one after the other: a file counts for the first.</summary>
internal sealed class PackageMeasure
{
    /// <summary>Of a package and what is listed of it, beside its texts.</summary>
    private const int OwnBytes = 200;

    private readonly CapturedFiles files;
    private readonly FileTree tree;
    private readonly IReadOnlyList<PackageClaim> claims;

    /// <summary>Nodes whose hidden bodies have been counted.</summary>
    private readonly bool[] looked;

    // Most packages of an image stand in one database.
    private (int Node, string Path) database = (-1, "");

    public PackageMeasure(CapturedFiles files, IReadOnlyList<PackageClaim> claims)
    {
        (this.files, tree, this.claims) = (files, files.Tree, claims);
        Owners = new int[tree.Inodes.Length];
        Array.Fill(Owners, -1);
        looked = new bool[tree.Nodes.Length];
    }

    /// <summary>By inode, the package that it counts for; -1 for none.</summary>
    public int[] Owners { get; }

    public (Package Package, IReadOnlyList<int> Bodies) Measure(int index, IReadOnlyList<string> needs)
    {
        var claim = claims[index];
        long disk = 0, pull = 0, wasted = 0;
        var bodies = new List<int>();
        files.Work.Spend(claim.Nodes.Count);
        foreach (var node in claim.Nodes)
        {
            var inode = tree.Nodes[node].Inode;
            if (inode >= 0 && tree.Nodes[node].Visible && Owners[inode] < 0)
            {
                Owners[inode] = index;
                bodies.Add(inode);
                disk += tree.SizeOf(tree.Inodes[inode]);
                pull += tree.PullOf(tree.Inodes[inode]);
            }

            if (!looked[node])
                wasted += CountWasted(node, index);
        }

        var owner = bodies.Count == 0 && claim.Carrier >= 0 && tree.Nodes[claim.Carrier].Inode is var carrier and >= 0
            ? Owners[carrier]
            : -1;
        var foundAt = FoundAt(claim);
        files.Work.Hold(OwnBytes + (8L * bodies.Count));
        return (
            new Package(
                claim.Ecosystem, claim.Name, claim.Version, claim.Purl, foundAt, claim.Layer,
                disk, pull, wasted, bodies.Count, needs, claim.OnPurpose, claim.Development)
            {
                OwnedBy = owner >= 0 && owner != index ? claims[owner].Purl : null,
                License = claim.License,
            },
            bodies);
    }

    private long CountWasted(int node, int index)
    {
        looked[node] = true;
        long wasted = 0;
        foreach (var hidden in files.WastedAt(node))
        {
            if (Owners[hidden] >= 0)
                continue;
            Owners[hidden] = index;
            wasted += tree.SizeOf(tree.Inodes[hidden]);
        }

        return wasted;
    }

    private string FoundAt(PackageClaim claim)
    {
        if (database.Node != claim.Database)
        {
            database = (claim.Database, tree.PathOf(claim.Database));
            files.Work.Spend(database.Path.Length);
            files.Work.Hold(2L * database.Path.Length);
        }

        if (claim.Place.Length == 0)
            return database.Path;
        var place = $"{database.Path}!/{claim.Place}";
        files.Work.Spend(place.Length);
        files.Work.Hold(2L * place.Length);
        return place;
    }
}
