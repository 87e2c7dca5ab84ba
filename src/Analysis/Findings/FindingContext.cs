using System.Collections.Concurrent;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Caches;
using ImageInsight.Analysis.Findings.Context;
using ImageInsight.Analysis.Findings.Packages;
using ImageInsight.Analysis.Findings.Stages;
using ImageInsight.Analysis.Findings.Use;
using ImageInsight.Analysis.Findings.Wasted;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings;

/// <summary>What rules look at, and what several of them need to know. They look from several threads.</summary>
internal sealed class FindingContext
{
    /// <summary>Paths of one finding: enough to judge it by, the count says how many there are.</summary>
    public const int MaxPaths = 1000;

    /// <summary>So many of the biggest each finding lists while there is any room.</summary>
    private const int FirstShare = 20;

    /// <summary>What a path in memory has beside two bytes a character.</summary>
    private const int EvidenceBytes = 100;

    /// <summary>Nobody has more; what a longer one names is not looked for.</summary>
    private const int MaxStart = 64 << 10;

    /// <summary>A hostile /home has a million, and each is looked into for each cache.</summary>
    private const int MaxHomes = 1000;

    private readonly Lazy<Dictionary<string, string>> variables;
    private readonly Lazy<HashSet<string>> homePlaces;
    private readonly Lazy<int[]> origins;
    private readonly Lazy<PackageNeeds> needs;
    private readonly ConcurrentBag<NodeMarks> marks = [];
    private long evidence;

    private readonly Lazy<NodeNames> names;
    private readonly Lazy<HashSet<int>> bookkeeping;
    private readonly Lazy<BodyCopies> copies;
    private readonly Lazy<HashSet<int>> moved;
    private readonly Lazy<WastedKind[]> wastedKinds;
    private readonly Lazy<IReadOnlyList<FoundCache>> caches;
    private readonly Lazy<UsedPlaces> used;
    private readonly Lazy<PackageFolders> packageFolders;
    private readonly Lazy<Remedy.SecondStage?> stage;

    public FindingContext(ImageFacts facts, FileTree tree, PackageSet packages, WorkBudget work)
    {
        (Facts, Tree, Packages, Work) = (facts, tree, packages, work);
        Homes = FindHomes(facts, tree);
        Start = string.Join(' ', facts.History.Select(h => h.Instruction).Where(IsStart));
        if (Start.Length > MaxStart)
            Start = Start[..MaxStart];
        work.Spend(facts.History.Count);
        variables = new(ReadVariables);
        homePlaces = new(() => PathPattern.PlacesIn(Homes));
        names = new(() => new NodeNames(tree, work));
        bookkeeping = new(() => Bookkeeping.Nodes(tree, work));
        copies = new(() =>
        {
            work.Spend(tree.Inodes.Length);
            return new BodyCopies(tree);
        });
        origins = new(() => FirstLayers.Below(tree, work));
        needs = new(() => new PackageNeeds(this));
        moved = new(() => MovedBodies.Find(this));
        wastedKinds = new(() => WastedBodies.KindsByInode(this));
        caches = new(() => FoundCache.FindAll(this));
        used = new(() => new UsedPlaces(this));
        packageFolders = new(() => new PackageFolders(tree, packages, work));
        stage = new(() => StagePlan.Find(this));
    }

    public ImageFacts Facts { get; }

    public FileTree Tree { get; }

    public PackageSet Packages { get; }

    public WorkBudget Work { get; }

    public BaseImage Base => Facts.Base;

    /// <summary>/root, /home/* and the HOME that the image sets.</summary>
    public IReadOnlyList<string> Homes { get; }

    /// <summary>As <see cref="PathPattern.PlacesIn"/> gives them.</summary>
    public HashSet<string> HomePlaces => homePlaces.Value;

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

    public PackageNeeds Needs => needs.Value;

    /// <summary>How the image could be built in two stages; null where that cannot be told from it.</summary>
    public Remedy.SecondStage? Stage => stage.Value;

    /// <summary>By node, the first layer that had a file at or below it; -1 where none did.</summary>
    public int[] Origins => origins.Value;

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
    public string? Variable(string name) => variables.Value.GetValueOrDefault(name);

    /// <summary>Nodes in the final file system that a pattern of <see cref="PathPattern"/> means.</summary>
    public IEnumerable<int> Match(string pattern) => PathPattern.Match(this, pattern);

    /// <summary>The visible node of that name directly below another one; or -1.</summary>
    public int Find(int parent, string name)
    {
        Work.Spend(1);
        return Tree.Find(parent, name);
    }

    /// <summary>Whether nodes lie in one of some others.</summary>
    public Subtrees In(IReadOnlySet<int> tops) => new(Tree, tops.Contains, Work);

    /// <summary>For one walk through the tree; dispose it, and it is used again.</summary>
    public NodeMarks Mark() => marks.TryTake(out var used) ? used : new NodeMarks(Tree.Nodes.Length, marks.Add);

    /// <summary>
    /// Gives evidence its paths, as far as there is room among the evidence of all findings: a first share for
    /// everyone, then up to 1,000.
    /// </summary>
    /// <param name="biggest">The biggest first, each with the node where it is shown.</param>
    public IReadOnlyList<Evidence> Describe(IEnumerable<(int Node, Evidence Facts)> biggest)
    {
        var described = new List<Evidence>();
        foreach (var (node, facts) in biggest.Take(MaxPaths))
            if (TryDescribe(Math.Max(node, FileTree.Root), described.Count < FirstShare) is { } path)
                described.Add(facts with { Path = path });
            else
                break;
        return described;
    }

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
        finding.Fix with { Snippet = SnippetLines.Wrap(finding.Fix.Snippet) },
        finding.KnownAs,
        finding.Evidence.Bodies())
    {
        Remedy = finding.Remedy,
    };

    private string? TryDescribe(int node, bool isFirst)
    {
        var length = 0;
        for (var n = node; n > FileTree.Root; n = Tree.Nodes[n].Parent)
            length += StoredLength(Tree.NameOf(n)) + 1;
        Work.Spend(length + 1);
        // A quarter is kept for the first shares of those that come later.
        var most = Work.Options.MaxEvidenceBytes;
        if (Interlocked.Add(ref evidence, length) <= (isFirst ? most : most - (most / 4))
            && Work.TryHold((2 * length) + EvidenceBytes))
            return Tree.PathOf(node);
        Interlocked.Add(ref evidence, -length);
        return null;
    }

    /// <summary>Evidence is kept as JSON, which writes some bytes of a name as six characters.</summary>
    private static int StoredLength(ReadOnlySpan<byte> name)
    {
        var length = name.Length;
        foreach (var b in name)
            length += b is < 0x20 or 0x7f ? 5
                : b is >= 0x80 or (byte)'<' or (byte)'>' or (byte)'&' or (byte)'"' ? 2
                : 0;
        return length;
    }

    private Dictionary<string, string> ReadVariables()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Facts.Environment)
        {
            Work.Spend(line.Length);
            if (line.IndexOf('=', StringComparison.Ordinal) is >= 0 and var sign)
                found.TryAdd(line[..sign], line[(sign + 1)..]);
        }

        return found;
    }

    private static bool IsStart(string instruction) =>
        instruction.StartsWith("CMD", StringComparison.OrdinalIgnoreCase)
        || instruction.StartsWith("ENTRYPOINT", StringComparison.OrdinalIgnoreCase);

    private static List<string> FindHomes(ImageFacts facts, FileTree tree)
    {
        List<string> homes = ["/root"];
        if (tree.Find("/home") is var home and >= 0)
            homes.AddRange(tree.VisibleChildren(home).Take(MaxHomes).Select(tree.PathOf));
        foreach (var variable in facts.Environment)
            if (variable.StartsWith("HOME=/", StringComparison.Ordinal) && variable.TrimEnd('/') is { Length: > 6 } set)
                homes.Add(set["HOME=".Length..]);
        return [.. homes.Distinct().Take(MaxHomes)];
    }
}
