using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Caches;
using ImageInsight.Analysis.Findings.Packages;
using ImageInsight.Analysis.Findings.Use;
using ImageInsight.Analysis.Findings.Wasted;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings;

/// <summary>What rules look at, and what several of them need to know. They look from several threads.</summary>
internal sealed class FindingContext
{
    private readonly Lazy<NodeNames> names;
    private readonly Lazy<HashSet<int>> bookkeeping;
    private readonly Lazy<BodyCopies> copies;
    private readonly Lazy<HashSet<int>> moved;
    private readonly Lazy<WastedKind[]> wastedKinds;
    private readonly Lazy<IReadOnlyList<FoundCache>> caches;
    private readonly Lazy<UsedPlaces> used;
    private readonly Lazy<PackageFolders> packageFolders;

    public FindingContext(ImageFacts facts, FileTree tree, PackageSet packages, WorkBudget work)
    {
        (Facts, Tree, Packages, Work) = (facts, tree, packages, work);
        Homes = FindHomes(facts, tree);
        Start = string.Join(' ', facts.History.Select(h => h.Instruction).Where(IsStart));
        names = new(() => new NodeNames(tree));
        bookkeeping = new(() => Bookkeeping.Nodes(tree));
        copies = new(() => new BodyCopies(tree));
        moved = new(() => MovedBodies.Find(this));
        wastedKinds = new(() => WastedBodies.KindsByInode(this));
        caches = new(() => FoundCache.FindAll(this));
        used = new(() => new UsedPlaces(this));
        packageFolders = new(() => new PackageFolders(tree, packages));
    }

    public ImageFacts Facts { get; }

    public FileTree Tree { get; }

    public PackageSet Packages { get; }

    public WorkBudget Work { get; }

    public BaseImage Base => Facts.Base;

    /// <summary>/root, /home/* and the HOME that the image sets.</summary>
    public IReadOnlyList<string> Homes { get; }

    public NodeNames Names => names.Value;

    /// <summary>Wasted inodes whose content was stored again elsewhere by the layer that deleted them.</summary>
    public HashSet<int> Moved => moved.Value;

    /// <summary>By inode.</summary>
    public WastedKind[] WastedKinds => wastedKinds.Value;

    public BodyCopies Copies => copies.Value;

    /// <summary>Caches of which the final file system has something.</summary>
    public IReadOnlyList<FoundCache> Caches => caches.Value;

    /// <summary>What the container starts and what variables and links name.</summary>
    public UsedPlaces Used => used.Value;

    public PackageFolders PackageFolders => packageFolders.Value;

    /// <summary>Nodes that package managers and the like rewrite by themselves.</summary>
    public HashSet<int> BookkeepingNodes => bookkeeping.Value;

    /// <summary>What the rules found that do not run last; empty until they have.</summary>
    public IReadOnlyList<Finding> Found { get; set; } = [];

    /// <summary>
    /// What the image runs when it is started, with what its base ran before; empty when its history does not say.
    /// </summary>
    public string Start { get; }

    public string? InstructionOf(int layer) => Facts.Layers[layer].Instruction;

    /// <summary>
    /// True when an instruction of the user's or the base's Dockerfile took it from the build context, not from another
    /// stage.
    /// </summary>
    public bool IsFromContext(int layer) =>
        Instruction.IsCopy(InstructionOf(layer))
        && !InstructionOf(layer)!.Contains("--from=", StringComparison.Ordinal);

    /// <summary>The value of an environment variable of the image, or null.</summary>
    public string? Variable(string name)
    {
        var line = Facts.Environment.FirstOrDefault(e => e.StartsWith(name + "=", StringComparison.Ordinal));
        return line?[(name.Length + 1)..];
    }

    /// <summary>Nodes in the final file system that a pattern of <see cref="PathPattern"/> means.</summary>
    public IEnumerable<int> Match(string pattern) => PathPattern.Match(this, pattern);

    public Finding Finding(NewFinding finding) => new(
        finding.Key.Length == 0 ? $"{finding.RuleId}-{finding.Layer}"
            : $"{finding.RuleId}-{finding.Key}-{finding.Layer}",
        finding.RuleId,
        finding.Title,
        Severities.For(finding.Evidence.DiskBytes, finding.Confidence, this),
        finding.Confidence,
        finding.Evidence.DiskBytes,
        finding.Evidence.PullBytes,
        finding.Layer,
        InstructionOf(finding.Layer),
        finding.Evidence.Count,
        finding.Evidence.Biggest(),
        finding.Fix,
        finding.KnownAs,
        finding.Evidence.Bodies())
    {
        Remedy = finding.Remedy,
    };

    private static bool IsStart(string instruction) =>
        instruction.StartsWith("CMD", StringComparison.OrdinalIgnoreCase)
        || instruction.StartsWith("ENTRYPOINT", StringComparison.OrdinalIgnoreCase);

    private static List<string> FindHomes(ImageFacts facts, FileTree tree)
    {
        List<string> homes = ["/root"];
        if (tree.Find("/home") is var home and >= 0)
            homes.AddRange(tree.VisibleChildren(home).Select(tree.PathOf));
        foreach (var variable in facts.Environment)
            if (variable.StartsWith("HOME=/", StringComparison.Ordinal) && variable.TrimEnd('/') is { Length: > 6 } set)
                homes.Add(set["HOME=".Length..]);
        return [.. homes.Distinct()];
    }
}
