using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Findings.Wasted;
using ImageInsight.Tests;

namespace ImageInsight.Benchmarks;

/// <summary>
/// An image and what was built from its proposed Dockerfile: the sizes as a row of docs/proposals.md on stdout, and on
/// stderr every path whose end the applied findings do not explain.
/// </summary>
internal static class ProvenCommand
{
    /// <summary>
    /// Beside the known bookkeeping of package managers (<see cref="Bookkeeping"/>): what no two builds have alike, and
    /// caches.
    /// </summary>
    private static readonly string[] Volatile =
    [
        "/var/cache/", "/var/log/", "/var/lib/apt/lists/", "/root/.cache/", "/run/", "/tmp/"
    ];

    private const int MostNamed = 40;

    public static async Task<int> RunAsync(string name, string file, string built)
    {
        var (before, after) = (await ProposeCommand.ReadAsync(file), await ProposeCommand.ReadAsync(built));
        var made = ProposeCommand.Create(before);
        var off = after.Tree.Ledger.DiskBytes - made.Predicted.DiskBytes;
        var near = Math.Abs(off) <= Math.Max(100_000, made.Predicted.DiskBytes / 50);
        var (vanished, changed, added) = Compare(
            before, after,
            [.. before.Findings.Where(f => made.Applied.Contains(f.Id)).Select(f => f.Bodies), made.LeftBehind]);
        Console.WriteLine(
            $"| {name} | {Mb(made.Now.DiskBytes)} | {Mb(made.Predicted.DiskBytes)} | "
                + $"{Mb(after.Tree.Ledger.DiskBytes)} | {Mb(off)} | {(near ? "yes" : "no")} "
            + $"| {after.Tree.VisibleFiles:N0} | {vanished.Count} | {changed.Count} | {added.Count} |");
        Say("vanished", vanished);
        Say("changed", changed);
        Say("new", added);
        return near && vanished.Count + changed.Count + added.Count == 0 ? 0 : 3;
    }

    /// <summary>What was predicted to be saved, what is, in MB, and whether they are alike.</summary>
    public static async Task<int> SavedAsync(string file, string built)
    {
        var (before, after) = (await ProposeCommand.ReadAsync(file), await ProposeCommand.ReadAsync(built));
        var made = ProposeCommand.Create(before);
        var predicted = made.Now.DiskBytes - made.Predicted.DiskBytes;
        var saved = made.Now.DiskBytes - after.Tree.Ledger.DiskBytes;
        var near = Math.Abs(saved - predicted) <= Math.Max(100_000, predicted / 50);
        Console.WriteLine($"{Mb(predicted)} {Mb(saved)} {(near ? "yes" : "no")}");
        return 0;
    }

    private static (List<string> Vanished, List<string> Changed, List<string> Added) Compare(
        ImageAnalysis before, ImageAnalysis after, List<BodySet> applied)
    {
        var (gone, churn) = (RemovedPaths(before.Tree, applied), Bookkeeping.Nodes(before.Tree, Budgets.Default)
            .Select(before.Tree.PathOf).ToHashSet(StringComparer.Ordinal));
        churn.UnionWith(Bookkeeping.Nodes(after.Tree, Budgets.Default).Select(after.Tree.PathOf));
        // What a package that left listed beside its files: links and directories have no bytes, so findings do not
        // name them.
        var left = after.Packages.All.Select(p => (p.Ecosystem, p.Name)).ToHashSet();
        foreach (var claim in before.Packages.Claims.Where(c => !left.Contains((c.Ecosystem, c.Name))))
            gone.UnionWith(claim.Nodes.Select(before.Tree.PathOf));
        var expected = before.Tree.VisibleEntries().Where(e => !Ignored(e.Path, churn))
            .ToDictionary(e => e.Path, StringComparer.Ordinal);
        var real = after.Tree.VisibleEntries().Where(e => !Ignored(e.Path, churn))
            .ToDictionary(e => e.Path, StringComparer.Ordinal);
        // Links to them, and links to these: /usr/bin/cc -> /etc/alternatives/cc -> /usr/bin/gcc.
        while (expected.Values.Where(e => !gone.Contains(e.Path) && Dangles(e, gone)).Select(e => e.Path)
            .ToList() is { Count: > 0 } links)
            gone.UnionWith(links);
        // A directory all of whose bytes are expected to go may go with them, and what is empty in it.
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in expected.Values.Where(e => e is { Kind: "file" or "hardlink", Size: > 0 }
            && !gone.Contains(e.Path)))
            for (var path = entry.Path; path.LastIndexOf('/') is > 0 and var end;)
                if (!kept.Add(path = path[..end]))
                    break;
        var emptied = gone.SelectMany(Parents).Where(p => !kept.Contains(p)).ToHashSet(StringComparer.Ordinal);
        var vanished = expected.Values.Where(e => !real.ContainsKey(e.Path) && !gone.Contains(e.Path)
            && !emptied.Contains(e.Path) && !(e.Size == 0 && Parents(e.Path).Any(emptied.Contains))).Select(Line)
            .ToList();
        var changed = expected.Values.Where(e => real.TryGetValue(e.Path, out var r) && !Same(e, r)
            && !Dangles(e, gone)).Select(e => $"{Line(e)}  ->  {Line(real[e.Path])}").ToList();
        return (vanished, changed, [.. real.Values.Where(e => !expected.ContainsKey(e.Path)).Select(Line)]);
    }

    /// <summary>Paths at which the final file system has a body of a finding.</summary>
    private static HashSet<string> RemovedPaths(FileTree tree, List<BodySet> applied)
    {
        var bodies = applied.SelectMany(b => b.Layers).SelectMany(l => l.Ordinals.Select(o => (l.Layer, o)))
            .ToHashSet();
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tree.Nodes.Length; i++)
            if (tree.Nodes[i] is { Visible: true, Inode: >= 0 and var inode }
                && bodies.Contains((tree.Inodes[inode].Layer, tree.Inodes[inode].Ordinal)))
                paths.Add(tree.PathOf(i));
        return paths;
    }

    private static IEnumerable<string> Parents(string path)
    {
        while (path.LastIndexOf('/') is > 0 and var end)
            yield return path = path[..end];
    }

    /// <summary>A link to what is expected to go; /bin, /lib and /sbin are links into /usr themselves.</summary>
    private static bool Dangles(VisibleEntry entry, HashSet<string> gone)
    {
        if (entry is not { Kind: "symlink", LinkTarget: { } target })
            return false;
        var path = target.StartsWith('/') ? target
            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(entry.Path)!, target));
        return gone.Contains(path) || gone.Contains("/usr" + path);
    }

    private static bool Ignored(string path, HashSet<string> churn) =>
        churn.Contains(path) || path.EndsWith("/node_modules/.package-lock.json", StringComparison.Ordinal)
        || path.Contains("/.npm/", StringComparison.Ordinal)
        || Array.Exists(Volatile, v => path.StartsWith(v, StringComparison.Ordinal));

    // A name that was a link of another may be the file itself, and the other way round.
    private static bool Same(VisibleEntry one, VisibleEntry other) =>
        Kind(one) == Kind(other) && (one.Kind == "dir" || one.Size == other.Size) && one.Mode == other.Mode
        && one.Uid == other.Uid && one.Gid == other.Gid
        && one.ContentHash == other.ContentHash && (one.Kind != "symlink" || one.LinkTarget == other.LinkTarget);

    private static string Kind(VisibleEntry entry) => entry.Kind == "hardlink" ? "file" : entry.Kind;

    private static string Line(VisibleEntry e) =>
        $"{e.Kind} {Convert.ToString(e.Mode, 8)} {e.Uid}:{e.Gid} {e.Size} "
            + $"{e.Path}{(e.LinkTarget is null ? "" : " -> " + e.LinkTarget)}";

    private static void Say(string what, List<string> lines)
    {
        foreach (var line in lines.Take(MostNamed))
            Console.Error.WriteLine($"  {what}: {line}");
        if (lines.Count > MostNamed)
            Console.Error.WriteLine($"  {what}: {lines.Count - MostNamed} more");
    }

    private static string Mb(long bytes) => (bytes / 1e6).ToString("0.00", CultureInfo.InvariantCulture);
}
