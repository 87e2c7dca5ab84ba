using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Benchmarks;

/// <summary>
/// For every pair NAME-naive and NAME-fixed of a corpus: the saving predicted from each image alone against the
/// measured difference of the two, as the Markdown table of docs/accuracy.md.
/// </summary>
internal static class AccuracyCommand
{
    /// <summary>What the fix of a pair did, and the findings that stand for it: the row that counts.</summary>
    private static readonly Dictionary<string, (Confidence Least, bool OnlyRemoves, string Fix)> Fixes = new(
        StringComparer.Ordinal)
    {
        ["a-apt"] = (Confidence.Probable, true, "one RUN, `--no-install-recommends`, lists and archives removed"),
        ["b-download"] = (Confidence.Safe, true, "download, unpack and remove in one RUN"),
        ["c-chown"] = (Confidence.Safe, true, "`COPY --chown` in place of `RUN chown -R`"),
        ["d-mv"] = (Confidence.Safe, true, "`COPY --chmod` to the final path in place of COPY, mv and chmod"),
        ["e-context"] = (Confidence.Probable, true, "our own pair: a .dockerignore before `COPY . .` and `RUN npm ci`"),
        ["f-npm"] = (Confidence.Probable, true, "`npm ci --omit=dev` and no cache"),
        ["g-compile"] =
            (Confidence.Probable, false,
                "a second stage on another base: the fixed image has nothing of the naive one's base, sources and "
                    + "libraries"),
        ["g2-go"] = (Confidence.Probable, true, "our own pair: a second stage on the same base"),
        ["g3-make"] = (Confidence.Probable, true,
            "our own pair: a second stage on the same base, with the one library that the program is linked with"),
        ["i-symbols"] = (Confidence.Maybe, true, "our own pair: `go build -ldflags='-s -w'`"),
        ["n-jdk"] = (Confidence.Probable, true, "our own pair: a second stage on the same base with a JRE"),
        ["h-docs"] = (Confidence.Maybe, true, "dpkg's path-exclude, in the base too"),
        ["k-secrets"] = (Confidence.Safe, true, "a secret mount; a few kilobytes"),
        ["o-purge"] = (Confidence.Safe, true, "our own pair: a compiler installed, used and purged in one RUN"),
        ["q-archive"] = (Confidence.Probable, true, "our own pair: no archive beside its tree, one write of a file"),
        ["r-twice"] = (Confidence.Safe, true, "our own pair: two installs in one RUN, `COPY --chmod --chown`"),
        ["t-yarn"] = (Confidence.Probable, true,
            "our own pair: `yarn cache clean`, `npm cache clean --force`, /tmp emptied, each in the RUN that "
                + "filled it"),
        ["u-clone"] = (Confidence.Probable, true, "our own pair: the clone without its .git"),
        ["m-logs"] = (Confidence.Safe, true, "our own pair: lists, a temporary file and a chmod in other RUNs"),
    };

    private sealed record Image(ImageAnalysis Analysis)
    {
        public long Disk => Analysis.Tree.Ledger.DiskBytes;

        public long Pull => Analysis.Facts.Layers.Sum(l => l.Blob.PullBytes);

        /// <summary>P(x): what simulating all findings of at least this confidence saves.</summary>
        public (long Disk, long Pull) Saving(Confidence least)
        {
            var without = Simulation.Without(
                Analysis.Facts.Layers, Analysis.Findings.Where(f => f.Confidence >= least).Select(f => f.Bodies));
            return (Disk - without.DiskBytes, Pull - without.PullBytes);
        }
    }

    /// <summary>Where what other programs wrote begins, or people: it stays when the rest is made anew.</summary>
    private const string Kept = "## Pairs as people write them";

    /// <summary>Writes a file anew, but for its last section (scripts/precision.sh).</summary>
    public static async Task<int> RunAsync(string corpus, string file)
    {
        var old = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
        var kept = old.IndexOf("\n" + Kept, StringComparison.Ordinal);
        var made = new StringWriter { NewLine = "\n" };
        var console = Console.Out;
        Console.SetOut(made);
        var code = await RunAsync(corpus);
        Console.SetOut(console);
        await File.WriteAllTextAsync(file, made.ToString().TrimEnd() + "\n" + (kept < 0 ? "" : old[kept..]));
        return code;
    }

    public static async Task<int> RunAsync(string corpus)
    {
        // Those of the corpus, and our own (scripts/pairs.sh).
        var folders = new[] { Path.Combine(corpus, "images"), Path.Combine(corpus, "pairs", "images") }.Where(
            Directory.Exists);
        var pairs = folders.SelectMany(f => Directory.GetFiles(
            f, "*-naive.docker.tar").Select(n => (Folder: f, Name: Path.GetFileName(n)[..^"-naive.docker.tar".Length])))
            .Where(p => File.Exists(Path.Combine(p.Folder, p.Name + "-fixed.docker.tar")))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
        Console.WriteLine("# Predicted against measured savings\n");
        Console.WriteLine(
            "Made by `dotnet run -c Release --project tests/Benchmarks -- accuracy CORPUSDIR docs/accuracy.md`, which "
                + "keeps the last section; the corpus is described in shared/corpus, our own pairs");
        Console.WriteLine("are the Dockerfiles in tests/Pairs, built into it by scripts/pairs.sh.\n");
        Console.WriteLine(
            "P(x) is what simulating all findings of an image of at least a confidence saves, from that image alone. "
                + "Predicted is P(naive) - P(fixed),");
        Console.WriteLine(
            "measured is the size of the naive image minus that of the fixed one: bytes of regular files on disk, "
                + "compressed layers to pull.");
        Console.WriteLine(
            "Within means 2 % or 100 kB on disk and 10 % or 100 kB to pull. MB = 10^6 bytes. The row in bold is the "
                + "confidence that the fix applied.\n");
        Console.WriteLine(
            "| pair | findings from | disk: measured | predicted | off by | pull: measured | predicted | off by | "
                + "within |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|---|");
        var evidence = new List<string>();
        foreach (var (images, pair) in pairs)
        {
            var naive = await ReadAsync(images, pair, "naive");
            var fix = await ReadAsync(images, pair, "fixed");
            foreach (var least in new[] { Confidence.Safe, Confidence.Probable, Confidence.Maybe })
                Console.WriteLine(Row(pair, least, naive, fix));
            evidence.Add(Evidence(pair + "-naive", naive));
            evidence.Add(Evidence(pair + "-fixed", fix));
        }

        Console.WriteLine("\n## The fixes\n");
        foreach (var pair in pairs.Select(p => p.Name).Where(Fixes.ContainsKey))
            Console.WriteLine(
                $"- {pair}: {Fixes[pair].Fix}."
                    + (Fixes[pair].OnlyRemoves ? "" : " Not plain removal, so no figure is promised."));
        Console.WriteLine("\n## What was found\n");
        foreach (var text in evidence)
            Console.WriteLine(text);
        return 0;
    }

    private static async Task<Image> ReadAsync(string folder, string pair, string side)
    {
        // As a registry serves it, so that pull bytes are measured and not estimated: of both or of neither.
        var form = Array.TrueForAll(
            ["naive", "fixed"], s => File.Exists(Path.Combine(folder, $"{pair}-{s}.oci-gz.tar"))) ? "oci-gz" : "docker";
        var options = new AnalysisOptions();
        using var archive = await ImageArchive.OpenAsync(
            Path.Combine(folder, $"{pair}-{side}.{form}.tar"), Path.GetTempPath(), options, CancellationToken.None);
        return new Image(
            await new ImageAnalyzer(options).AnalyzeAsync(archive, archive.Images[0], null, CancellationToken.None));
    }

    private static string Row(string pair, Confidence least, Image naive, Image fix)
    {
        var (a, b) = (naive.Saving(least), fix.Saving(least));
        var (disk, pull) = (naive.Disk - fix.Disk, naive.Pull - fix.Pull);
        var (diskOff, pullOff) = (a.Disk - b.Disk - disk, a.Pull - b.Pull - pull);
        var within = IsNear(diskOff, disk, 0.02) && IsNear(pullOff, pull, 0.1) ? "yes" : "no";
        var bold = Fixes.TryGetValue(pair, out var applied) && applied.Least == least ? "**" : "";
        return $"| {bold}{pair}{bold} | {bold}{least.ToString().ToLowerInvariant()}{bold} | {Mb(disk)} | "
            + $"{Mb(a.Disk - b.Disk)} | {Mb(diskOff)} | {Mb(pull)} | "
            + $"{Mb(a.Pull - b.Pull)} | {Mb(pullOff)} | {within} |";
    }

    private static bool IsNear(long off, long measured, double share) =>
        Math.Abs(off) <= Math.Max(100_000, Math.Abs(measured) * share);

    private static string Evidence(string name, Image image) =>
        $"### {name}\n\n" + string.Concat(image.Analysis.Findings.Select(f =>
            $"- {Mb(f.DiskBytes)} MB, {Mb(f.PullBytes)} to pull, {f.Severity.ToString().ToLowerInvariant()}, "
                + $"{f.Confidence.ToString().ToLowerInvariant()}: `{f.Id}` {f.Title}\n"));

    private static string Mb(long bytes) => (bytes / 1e6).ToString("0.00", CultureInfo.InvariantCulture);
}
