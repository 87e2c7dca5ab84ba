using System.Globalization;
using System.Text;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Benchmarks;

/// <summary>
/// What findings of at least "probable" claim of a naive image, for scripts/precision.sh: a script for each that
/// removes what the final file system has of it, one for all together, and the figures beside the fixed image's.
/// </summary>
internal static class ClaimsCommand
{
    /// <summary>A line of a shell takes more.</summary>
    private const int PathsPerLine = 100;

    /// <summary>
    /// The findings that the fix of a pair answers, by the beginning of their ids, and the least confidence at which
    /// they stand for it. What a fix does beyond is said.
    /// </summary>
    private static readonly Dictionary<string, (Confidence Least, string[] Answered, string Beyond)> Fixes = new(
        StringComparer.Ordinal)
    {
        ["copy-all"] = (Confidence.Probable,
            ["package-cache-npm", "version-control", "development-dependencies", "local-files"], "docs is not copied"),
        ["java-maven"] = (Confidence.Probable, ["build-toolchain", "package-cache-maven", "build-leftovers"],
            "cp.txt and the pom are not copied; the classes lie in the jar alone; a library's jar is copied"),
        ["locales-fonts"] = (Confidence.Probable,
            ["package-cache-apt", "recommended-packages", "documentation-locales"],
            "one locale is made in place of all"),
        ["m2-classpath"] = (Confidence.Probable, ["build-toolchain"], "the source and the library's package stay out"),
        ["ml-models"] = (Confidence.Maybe, ["metadata-copy", "duplicate-content-4"],
            "the second copy is a link: it stays a maybe, since the program opens both paths"),
        ["next-app"] = (Confidence.Maybe,
            ["package-cache", "development-dependencies", "unused-standalone"],
            "sources and .next but for standalone and static are not copied"),
        ["php-composer"] = (Confidence.Probable,
            ["package-cache", "recommended-packages", "build-toolchain", "development-dependencies"],
            "git, unzip and the context are left out"),
        ["pip-purge"] = (Confidence.Safe, ["deleted-later", "package-cache", "overwritten", "metadata-copy"], ""),
        ["pkg-site"] = (Confidence.Probable,
            ["recommended-packages", "metadata-copy", "temporary-files"], ""),
        ["ruby-bundler"] = (Confidence.Probable,
            ["package-cache", "recommended-packages", "build-toolchain", "build-leftovers", "leftover-archives",
                "documentation-gems"], "sources of the extension are not copied"),
        ["start-scripts"] = (Confidence.Probable, ["recommended-packages"], ""),
        ["ts-runtime"] = (Confidence.Safe, ["package-cache", "metadata-copy"], ""),
        ["vite-nginx"] = (Confidence.Probable,
            ["package-cache", "development-dependencies", "build-leftovers"],
            "sources and a module for use are not copied"),
    };

    public static async Task<int> RunAsync(string folder, string pair, string target, IReadOnlyList<string> broken)
    {
        var naive = await ProposeCommand.ReadAsync(Path.Combine(folder, $"{pair}-naive.tar"));
        var fix = await ProposeCommand.ReadAsync(Path.Combine(folder, $"{pair}-fixed.tar"));
        Directory.CreateDirectory(target);
        foreach (var old in Directory.GetFiles(target, "*.sh"))
            File.Delete(old);
        var claims = naive.Findings.Where(f => f.Confidence >= Confidence.Probable).ToList();
        var list = new StringBuilder();
        foreach (var claim in claims)
            list.AppendLine(CultureInfo.InvariantCulture,
                $"{claim.Id}\t{Word(claim.Confidence)}\t{claim.DiskBytes}\t{Write(naive, target, claim.Id, [claim])}");
        Write(naive, target, "all", claims);
        await File.WriteAllTextAsync(Path.Combine(target, "claims.tsv"), list.ToString());
        await File.WriteAllTextAsync(Path.Combine(target, "other.tsv"), string.Concat(
            naive.Findings.Except(claims).Select(f => $"{f.Id}\t{Word(f.Confidence)}\t{f.DiskBytes}\n")));
        var (least, answered, beyond) = Fixes.GetValueOrDefault(pair, (Confidence.Probable, [""], ""));
        var measured = naive.Tree.Ledger.DiskBytes - fix.Tree.Ledger.DiskBytes;
        var predicted = Saved(naive, naive.Findings.Where(f => f.Confidence >= least
            && Array.Exists(answered, a => f.Id.StartsWith(a, StringComparison.Ordinal))));
        var difference = Saved(naive, naive.Findings.Where(f => f.Confidence >= least))
            - Saved(fix, fix.Findings.Where(f => f.Confidence >= least));
        var named = Saved(naive, claims);
        var right = Saved(naive, claims.Where(c => !broken.Contains(c.Id)));
        await File.WriteAllTextAsync(Path.Combine(target, "figures.tsv"), string.Join('\t',
            pair, Word(least), Mb(measured), Mb(predicted), Within(predicted, measured), Mb(difference),
            Within(difference, measured), Mb(named), Mb(right), beyond) + "\n");
        return 0;
    }

    private static long Saved(ImageAnalysis image, IEnumerable<Finding> findings) =>
        image.Tree.Ledger.DiskBytes
            - Simulation.Without(image.Facts.Layers, findings.Select(f => f.Bodies)).DiskBytes;

    /// <returns>How many paths the script removes.</returns>
    private static int Write(ImageAnalysis image, string target, string name, IReadOnlyList<Finding> findings)
    {
        var tree = image.Tree;
        var inodes = findings.SelectMany(f => f.Bodies.Layers)
            .SelectMany(l => l.Ordinals.Select(o => tree.InodeOf(l.Layer, o))).ToHashSet();
        var paths = new List<string>();
        for (var node = 1; node < tree.Nodes.Length; node++)
            if (tree.Nodes[node].Visible && inodes.Contains(tree.Nodes[node].Inode) && tree.Nodes[node].Inode >= 0)
                paths.Add(tree.PathOf(node));
        if (paths.Count > 0)
            File.WriteAllLines(Path.Combine(target, name + ".sh"),
                paths.Select(p => $"'{p.Replace("'", @"'\''", StringComparison.Ordinal)}'").Chunk(PathsPerLine)
                    .Select(c => "rm -f -- " + string.Join(' ', c)));
        return paths.Count;
    }

    private static string Within(long predicted, long measured) =>
        Math.Abs(predicted - measured) <= Math.Max(100_000, Math.Abs(measured) * 0.02) ? "yes" : "no";

    private static string Word(Confidence confidence) => confidence.ToString().ToLowerInvariant();

    private static string Mb(long bytes) => (bytes / 1e6).ToString("0.00", CultureInfo.InvariantCulture);
}
