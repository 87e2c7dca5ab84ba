using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Packages.Npm;

/// <summary>One application's node_modules: what it asked for, and what only its development needs.</summary>
internal sealed class NpmTree
{
    private readonly CapturedFiles files;
    private readonly string top;
    private readonly HashSet<string>? forUse;
    private readonly HashSet<string> forDevelopment;
    private readonly bool isWorkspace;

    public NpmTree(CapturedFiles files, string top)
    {
        this.files = files;
        this.top = top;
        Node = files.Paths.Find(FileTree.Root, top + "/node_modules");
        var manifest = files.At(top + "/package.json", NpmFiles.Kind);
        using var json = manifest is null ? null : JsonFile.Parse(manifest.Bytes);
        forUse = json is null
            ? null
            :
            [
                .. json.RootElement.Member("dependencies").Members()
                    .Concat(json.RootElement.Member("optionalDependencies").Members())
                    .Concat(json.RootElement.Member("peerDependencies").Members())
                    .Select(d => d.Key()),
            ];
        forDevelopment = [.. (json?.RootElement.Member("devDependencies")).Members().Select(d => d.Key())];
        isWorkspace = json?.RootElement.Member("workspaces") is not null
            || files.Paths.Find(FileTree.Root, top + "/pnpm-workspace.yaml") > 0;
        Locked = ReadLock();
    }

    public int Node { get; }

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
        && files.Paths.Find(FileTree.Root, $"{top}/node_modules/{folder}/package.json") == manifest;

    /// <summary>
    /// Without a lock file that says it: what is reached from what development asks for and from nothing else. A
    /// workspace has several applications.
    /// </summary>
    public IEnumerable<int> OnlyForDevelopment(
        IReadOnlyList<PackageClaim> claims, Dictionary<(int Database, string Name), List<int>> providers)
    {
        if (Locked is not null || forUse is null || isWorkspace || forDevelopment.Count == 0)
            return [];
        var used = PackageLinks.Closure(
            claims, providers, Roots.Where(r => forUse.Contains(r.Name)).Select(r => r.Claim), recommends: false);
        return PackageLinks.Closure(
            claims, providers, Roots.Where(r => !forUse.Contains(r.Name)).Select(r => r.Claim),
            recommends: false).Except(used);
    }

    // "packages": { "node_modules/typescript": { "version": "5.4.5", "dev": true } }
    private HashSet<string>? ReadLock()
    {
        var file = files.At(top + "/node_modules/.package-lock.json", NpmFiles.Kind);
        using var json = file is null ? null : JsonFile.Parse(file.Bytes);
        return json is null ? null : [
            .. json.RootElement.Member("packages").Members().Where(p => p.Value.Flag("dev")).Select(p => p.Key())
        ];
    }
}
