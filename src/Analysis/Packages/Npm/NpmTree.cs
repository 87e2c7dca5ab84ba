using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Packages.Npm;

/// <summary>One application's node_modules: what it asked for, and what only its development needs.</summary>
internal sealed class NpmTree
{
    /// <summary>Of a name in a set, beside its text.</summary>
    private const int BytesEach = 60;

    private readonly CapturedFiles files;
    private readonly int modules;
    private readonly HashSet<string>? forUse;
    private readonly HashSet<string> forDevelopment;
    private readonly bool isWorkspace;

    public NpmTree(CapturedFiles files, string top)
    {
        this.files = files;
        Top = top;
        files.Work.Hold(BytesEach + (2L * top.Length));
        modules = files.Paths.Find(FileTree.Root, top + "/node_modules");
        var manifest = files.At(top + "/package.json", NpmFiles.Kind);
        using var json = manifest is null ? null : JsonFile.Parse(manifest.Bytes, files.Work);
        forUse = json is null
            ? null
            : Set(json.RootElement.Member("dependencies").Members()
                .Concat(json.RootElement.Member("optionalDependencies").Members())
                .Concat(json.RootElement.Member("peerDependencies").Members())
                .Select(d => d.Key()));
        forDevelopment = Set((json?.RootElement.Member("devDependencies")).Members().Select(d => d.Key()));
        isWorkspace = json?.RootElement.Member("workspaces") is not null
            || files.Paths.Find(FileTree.Root, top + "/pnpm-workspace.yaml") > 0;
        var file = files.At(files.Paths.Find(modules, ".package-lock.json"), NpmFiles.Kind);
        Locked = file is null || NpmLock.DevelopmentFolders(file.Bytes, files.Work) is not { } folders ? null
            : Set(folders);
    }

    /// <summary>The application's folder.</summary>
    public string Top { get; }

    /// <summary>
    /// Folders below the application that npm marked as strictly for development; null when no lock file says it.
    /// </summary>
    public HashSet<string>? Locked { get; }

    public bool IsKnown => forUse is not null;

    /// <summary>Packages that the application asked for itself.</summary>
    public List<(int Claim, string Name)> Roots { get; } = [];

    /// <summary>pnpm links what was asked for into its store: the link and the folder are then the same file.</summary>
    public bool AsksFor(string folder, int manifest) =>
        forUse is not null && (forUse.Contains(folder) || forDevelopment.Contains(folder))
        && files.Paths.Find(modules, $"{folder}/package.json") == manifest;

    /// <summary>
    /// Without a lock file that says it: what is reached from what development asks for and from nothing else. A
    /// workspace has several applications.
    /// </summary>
    /// <param name="treeOf">For each claim: only its own are followed, so that all trees together cost no more than
    /// all packages; what lies above it is another application's, which knows what it is for.</param>
    public IEnumerable<int> OnlyForDevelopment(
        IReadOnlyList<PackageClaim> claims, List<NpmTree> treeOf,
        Dictionary<(int Database, string Name), List<int>> providers)
    {
        if (Locked is not null || forUse is null || isWorkspace || forDevelopment.Count == 0)
            return [];
        var used = Closure(forUse: true);
        return Closure(forUse: false).Except(used);

        HashSet<int> Closure(bool forUse) => PackageLinks.Closure(
            claims, providers, Roots.Where(r => this.forUse.Contains(r.Name) == forUse).Select(r => r.Claim),
            recommends: false, files.Work, i => treeOf[i] == this);
    }

    private HashSet<string> Set(IEnumerable<string> names)
    {
        var set = new HashSet<string>();
        foreach (var name in names)
            if (set.Add(name))
                files.Work.Hold(BytesEach + (2L * name.Length));
        return set;
    }
}
