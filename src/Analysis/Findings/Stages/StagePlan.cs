using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Packages;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>How an image could be built in two stages, as far as the image itself tells.</summary>
internal static class StagePlan
{
    /// <summary>Who wrote to more places knows better what of it is needed.</summary>
    private const int MostCopies = 24;

    public static readonly IStageLanguage[] Languages =
        [new GoStage(), new DotnetStage(), new JavaStage(), new NodeStage(), new PythonStage()];

    /// <summary>What package managers and tools write beside what was asked for.</summary>
    private static readonly string[] Beside =
        ["/var/cache", "/var/log", "/var/lib/apt", "/var/lib/dpkg", "/var/tmp", "/tmp", "/run", "/proc", "/dev", "/sys",
            "/lib/apk"];

    /// <summary>A RUN that installs packages and builds writes there for the packages.</summary>
    private static readonly string[] System =
        ["/bin", "/boot", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/var", "/usr/bin", "/usr/sbin",
            "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/share", "/usr/include", "/usr/games"];

    /// <summary>Folders that everybody shares: what is in them is taken over by itself.</summary>
    private static readonly string[] Shared =
        ["/etc", "/home", "/opt", "/srv", "/usr", "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/local/share",
            "/usr/local/etc", "/usr/local/sbin", "/var", "/var/lib", "/var/www", "/mnt", "/media"];

    private static readonly string[] HomeCaches =
        [".cache", ".m2", ".npm", ".gradle", ".nuget", ".cargo", ".rustup", ".java", ".dotnet", ".node-gyp", ".yarn",
            ".ivy2", ".sbt", ".templateengine", ".pnpm-store", "go"];

    public static Remedy.SecondStage? Find(FindingContext image)
    {
        if (image.Used.Start.IsOpen || ToolchainRule.Builds(image) || StageLayers.Read(image) is not { } layers
            || !layers.AnyBuilt)
            return null;
        foreach (var language in Languages)
            if (language.Find(image, layers) is { } program)
                return Plan(image, layers, program);
        return null;
    }

    private static Remedy.SecondStage? Plan(FindingContext image, StageLayers layers, StageProgram program)
    {
        var tops = Tops(image, layers, program);
        if (tops.Count is 0 or > MostCopies)
            return null;
        var packages = StagePackages.Find(image, program.Installers);
        var other = program.Base ?? StageBase.For(image, program.Language);
        return new Remedy.SecondStage(program.Language, [.. layers.Again], [.. tops.Select(t => TakenOver(image, t))])
        {
            Base = other,
            Notes = other is null ? []
                : ["Its size is not known here. Install what the program needs beside it: certificates, time zones."],
            Finish = program.Finish,
            Without = packages.Without,
            With = packages.With,
            Unneeded = packages.Unneeded,
            Folders = Folders(image, layers),
        };
    }

    private static List<int> Tops(FindingContext image, StageLayers layers, StageProgram program)
    {
        var tree = image.Tree;
        // Without the plan the analysis is whole, too.
        if (!image.Work.TryHold(2L * sizeof(int) * tree.Nodes.Length))
            return [];
        image.Work.Spend(2L * tree.Nodes.Length);
        var (all, needed) = (new int[tree.Nodes.Length], new int[tree.Nodes.Length]);
        var isNeeded = Needs(image, layers, program);
        // Parents have lower numbers than what is in them.
        for (var n = tree.Nodes.Length - 1; n > FileTree.Root; n--)
        {
            ref readonly var node = ref tree.Nodes[n];
            if (!node.Visible)
                continue;
            if (node.Kind != EntryKind.Directory && node.Kind != EntryKind.Implied)
                (all[n], needed[n]) = (1, isNeeded(n) ? 1 : 0);
            all[node.Parent] += all[n];
            needed[node.Parent] += needed[n];
        }

        var tops = new List<int>();
        var shared = Shared.Select(p => tree.Find(p)).Where(n => n > FileTree.Root).ToHashSet();
        var open = new Queue<int>([FileTree.Root]);
        while (open.TryDequeue(out var at) && tops.Count <= MostCopies)
            foreach (var child in tree.VisibleChildren(at, image.Work))
                if (needed[child] > 0 && needed[child] == all[child] && !shared.Contains(child))
                    tops.Add(child);
                else if (needed[child] > 0)
                    open.Enqueue(child);
        image.Work.Release(2L * sizeof(int) * tree.Nodes.Length);
        return tops;
    }

    private static Func<int, bool> Needs(FindingContext image, StageLayers layers, StageProgram program)
    {
        var tree = image.Tree;
        var wanted = image.In(program.Needed);
        var sources = image.In(program.Projects);
        HashSet<int> left =
        [
            .. program.Dropped, .. ToolchainRule.Places(image), .. Beside.Select(p => tree.Find(p)).Where(n => n > 0),
            .. Caches(image, program),
        ];
        var dropped = image.In(left);
        var system = image.In(System.Select(p => tree.Find(p)).Where(n => n > 0).ToHashSet());
        return n => tree.Nodes[n].Layer is var layer && layer >= layers.First && !IsSystems(image, n)
            && (layers.IsBuilt(layer) || layers.IsCopied(layer))
            && !(layers.IsAgain(layer) && system.Has(n))
            && (wanted.Has(n) || !(sources.Has(n) || dropped.Has(n) || image.BookkeepingNodes.Contains(n)));
    }

    private static IEnumerable<int> Caches(FindingContext image, StageProgram program)
    {
        string[] names = program.Language == "Python" ? HomeCaches : [.. HomeCaches, ".local", ".config"];
        var found = image.Homes.Select(h => image.Tree.Find(h)).Where(h => h > 0)
            .SelectMany(h => names.Select(n => image.Find(h, n))).Where(n => n > 0).ToHashSet();
        return found.Except(image.Used.Among(found));
    }

    private static bool IsSystems(FindingContext image, int node) =>
        image.Tree.Nodes[node].Inode is >= 0 and var inode && image.Packages.OwnerOf(inode) is >= 0 and var owner
        && image.Packages.Claims[owner].Carrier < 0;

    private static TakenOver TakenOver(FindingContext image, int top)
    {
        var owners = new HashSet<(long, long)>();
        foreach (var n in image.Tree.Below(top, image.Work))
            if (OwnerOf(image, n) is { } owner && owners.Add(owner) && owners.Count > 1)
                break;
        return new TakenOver(
            image.Tree.PathOf(top), image.Tree.Nodes[top].Kind is EntryKind.Directory or EntryKind.Implied,
            owners.Count == 1 && owners.Single() is var (uid, gid) && (uid, gid) != (0, 0) ? $"{uid}:{gid}" : null);
    }

    private static (long Uid, long Gid)? OwnerOf(FindingContext image, int node) =>
        image.Tree.Nodes[node] is { Ordinal: >= 0 and var ordinal, Layer: var layer }
            && image.Tree.Layers[layer].Layer.Entries[ordinal] is var entry ? (entry.Uid, entry.Gid) : null;

    /// <summary>Where it starts, when somebody else than root may write there.</summary>
    private static List<TakenOver> Folders(FindingContext image, StageLayers layers)
    {
        var folder = image.Facts.WorkingDirectory is ['/', _, ..] at ? image.Tree.Find(at) : -1;
        return folder > FileTree.Root && image.Tree.Nodes[folder].Layer >= layers.First
            && OwnerOf(image, folder) is { } owner && owner != (0, 0)
            ? [new TakenOver(image.Tree.PathOf(folder), true, $"{owner.Uid}:{owner.Gid}")]
            : [];
    }
}
