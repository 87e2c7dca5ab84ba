using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Packages;

/// <summary>Asks every catalogue and measures what they find in the file tree.</summary>
internal static class PackageReader
{
    /// <summary>The biggest monorepo seen has 20,000.</summary>
    private const int MaxPackages = 100_000;

    private const int MostThreads = 4;

    public static PackageSet Read(FileTree tree, WorkBudget work)
    {
        var files = new CapturedFiles(tree, work);
        var catalogues = Ecosystems.All.Select(e => e.Catalogue).OfType<IPackageCatalogue>().ToList();
        var found = new List<PackageClaim>[catalogues.Count];
        Parallel.For(
            0,
            catalogues.Count,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, MostThreads),
                CancellationToken = work.Token
            },
            i => found[i] = [.. catalogues[i].Read(files.Fork()).Take(MaxPackages)]);
        var claims = found.SelectMany(f => f).Take(MaxPackages).ToList();
        var needs = PackageLinks.Resolve(claims);
        var owners = new int[tree.Inodes.Length];
        Array.Fill(owners, -1);
        var packages = new Package[claims.Count];
        var bodies = new IReadOnlyList<int>[claims.Count];
        for (var i = 0; i < claims.Count; i++)
            (packages[i], bodies[i]) = Measure(files, claims, i, owners, needs[i]);
        return new PackageSet(packages, claims, bodies, owners, files.Omitted) { Distribution = files.Distribution };
    }

    private static (Package Package, IReadOnlyList<int> Bodies) Measure(
        CapturedFiles files, List<PackageClaim> claims, int index, int[] owners, IReadOnlyList<string> needs)
    {
        var (tree, claim) = (files.Tree, claims[index]);
        long disk = 0, pull = 0, wasted = 0;
        var bodies = new List<int>();
        foreach (var node in claim.Nodes)
        {
            var inode = tree.Nodes[node].Inode;
            if (inode >= 0 && tree.Nodes[node].Visible && owners[inode] < 0)
            {
                owners[inode] = index;
                bodies.Add(inode);
                disk += tree.SizeOf(tree.Inodes[inode]);
                pull += tree.PullOf(tree.Inodes[inode]);
            }

            foreach (var hidden in files.WastedAt(node))
            {
                if (owners[hidden] >= 0)
                    continue;
                owners[hidden] = index;
                wasted += tree.SizeOf(tree.Inodes[hidden]);
            }
        }

        var foundAt = tree.PathOf(claim.Database) + (claim.Place.Length > 0 ? "!/" + claim.Place : "");
        var owner = bodies.Count == 0 && claim.Carrier >= 0 && tree.Nodes[claim.Carrier].Inode is var carrier and >= 0
            ? owners[carrier]
            : -1;
        var package = new Package(
            claim.Ecosystem, claim.Name, claim.Version, claim.Purl, foundAt, claim.Layer,
            disk, pull, wasted, bodies.Count, needs, claim.OnPurpose, claim.Development)
        {
            OwnedBy = owner >= 0 && owner != index ? claims[owner].Purl : null,
            License = claim.License,
        };
        return (package, bodies);
    }
}
