namespace ImageInsight.Analysis.Packages;

/// <summary>The packages of an image, each with what it claims of the file tree.</summary>
public sealed class PackageSet
{
    private readonly int[] owners;
    private readonly IReadOnlyList<PackageClaim> claims;
    private readonly IReadOnlyList<IReadOnlyList<int>> bodies;

    internal PackageSet(
        IReadOnlyList<Package> all, IReadOnlyList<PackageClaim> claims, IReadOnlyList<IReadOnlyList<int>> bodies,
        int[] owners, int omitted)
    {
        All = all;
        this.claims = claims;
        this.bodies = bodies;
        this.owners = owners;
        Omitted = omitted;
    }

    /// <summary>As the catalogues gave them: the system's packages first.</summary>
    public IReadOnlyList<Package> All { get; }

    /// <summary>Files that a catalogue would have read and that were too big, or too many, to keep.</summary>
    public int Omitted { get; }

    internal Distribution Distribution { get; init; } = new("", "");

    /// <summary>By the index of <see cref="All"/>.</summary>
    internal IReadOnlyList<PackageClaim> Claims => claims;

    /// <summary>Inodes that are counted for a package.</summary>
    internal IReadOnlyList<int> BodiesOf(int package) => bodies[package];

    /// <summary>The package that an inode counts for; -1 when no list names it.</summary>
    internal int OwnerOf(int inode) => owners[inode];
}
