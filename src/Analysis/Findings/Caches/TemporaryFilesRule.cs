using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>Visible logs, temporary files, memory dumps, and what shells and editors leave.</summary>
internal sealed class TemporaryFilesRule : IFindingRule
{
    public const string RuleId = "temporary-files";

    /// <summary>Every install leaves a few kilobytes of log; they are not worth a change.</summary>
    private const long Smallest = 10_000;

    private const string Temporary = "tmp";

    private const string Crash = "crash";

    /// <summary>Named in more places, it is looked at by nobody.</summary>
    private const int MostTops = 20;

    /// <summary>A search looks at several at once.</summary>
    private const int CharactersPerStep = 8;

    /// <summary>What tools call what they leave in /tmp.</summary>
    private static readonly string[] ByProducts =
    [
        "tmp.", "tmp-", "tmp_", "v8-compile-cache", "node-compile-cache", "hsperfdata_", "pip-", "npm-", "yarn--",
        "go-build", "core-js-banners", "phantomjs", "NuGetScratch", "nuget-", "jffi", "jna-", "jansi-", "cc", "build-",
        "bundler", "cargo-", "rustup", "composer", "pear", "buildpack", "apt-", "ccache-", "clr-debug-pipe",
        "dotnet-", "MSBuildTemp", "VBCSCompiler", "matplotlib-", "uv-", "poetry-", "puppeteer", "conda",
    ];

    private static readonly string[] Folders = ["/tmp", "/var/tmp", "/var/log"];

    private static readonly PathGroup[] Groups =
    [
        new(
            Temporary,
            "Temporary files left behind",
            Confidence.Probable,
            ["/tmp/*", "/var/tmp/*"],
            "Nothing reads what a build step leaves in a temporary directory. Remove it in the same RUN, or mount a " +
            "tmpfs there for that step.",
            "RUN --mount=type=tmpfs,target=/tmp <the command>"),
        new(
            "log",
            "Logs written during the build",
            Confidence.Probable,
            ["/var/log/*", "**/npm-debug.log", "**/yarn-error.log"],
            "Nobody reads build logs in a container. Remove them in the RUN that writes them; a big lastlog or " +
            "faillog comes " +
            "from a user with a high id (useradd --no-log-init).",
            // Servers do not start without their folders, and links in there lead to the container's output.
            "RUN <the command> \\\n && find /var/log -type f -delete")
        {
            KnownAs = ["DL3046"],
        },
        new(
            "litter",
            "Files left by shells and editors",
            Confidence.Safe,
            [
                "**/*.swp", "**/*.swo", "**/.DS_Store", "**/Thumbs.db", "~/.bash_history", "~/.ash_history",
                "~/.sh_history", "~/.zsh_history", "~/.python_history", "~/.node_repl_history", "~/.lesshst",
                "~/.viminfo", "~/.wget-hsts", "~/.mysql_history", "~/.psql_history",
            ],
            "Nothing reads these files in a container.",
            "RUN <the command> \\\n && rm -f ~/.wget-hsts ~/.bash_history"),
        new(
            Crash,
            "Memory dumps of crashed programs",
            Confidence.Safe,
            ["**/*.hprof", "**/*.heapsnapshot"],
            "A core or heap dump was copied from the build context, or a program crashed during the build and the " +
            "build went on. It holds what the program had in " +
            "memory, secrets included. Exclude it with .dockerignore, or find out why the command crashes.",
            "RUN ulimit -c 0 && <the command>"),
    ];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var folders = Folders.Select(image.Tree.Find).Where(n => n >= 0).ToHashSet();
        var inFolders = image.In(folders);
        // Caches and downloads have rules of their own; and what the image starts, or a variable names, is in use.
        var others = folders.Count == 0
            ? []
            : image.Caches.SelectMany(c => c.Tops).Concat(RuntimeDownloadsRule.Tops(image)).Concat(image.Used.Named)
                .Where(inFolders.HasAround).ToList();
        return Groups.SelectMany(g => g
            .Find(image, new(Id, Smallest)
            {
                Excluded = others,
                Also = g.Id == Crash ? Cores(image) : [],
                Remedy = evidence => Removal(evidence, g.Id == Temporary),
            })
            .Select(f => g.Id == Temporary ? Judged(image, f) : f));
    }

    /// <summary>
    /// What a COPY put there, or a program of which nobody sees what it opens may read, is only temporary when
    /// something says so.
    /// </summary>
    private static Finding Judged(FindingContext image, Finding finding)
    {
        var start = image.Used.Start;
        var copied = Instruction.IsCopy(finding.Instruction);
        if (copied)
            finding = finding with { Fix = MountFix(finding), Remedy = null };
        var mayRead = copied || start.IsUnread || start.IsInterpreted || start.Places.Any(IsPattern);
        if (finding.Confidence == Confidence.Maybe || !mayRead
            || IsUsedUp(image, finding))
            return finding;
        return finding with
        {
            Confidence = Confidence.Maybe,
            Severity = Severities.For(finding.DiskBytes, Confidence.Maybe, image),
            Remedy = null,
            Fix = finding.Fix with
            {
                Text = finding.Fix.Text + " Check first: the program may read it when it starts.",
            },
        };
    }

    /// <summary>/tmp/*.sql, /tmp/$NAME</summary>
    private static bool IsPattern(string place) =>
        (place.StartsWith("/tmp/", StringComparison.Ordinal) || place.StartsWith("/var/tmp/", StringComparison.Ordinal))
        && place.AsSpan().IndexOfAny('*', '$', '?') >= 0;

    /// <summary>All of it has a name that only by-products have, or the build used it.</summary>
    private static bool IsUsedUp(FindingContext image, Finding finding)
    {
        if (finding.PathCount > finding.Paths.Count)
            return false;
        List<string> runs =
        [
            .. image.Facts.Layers.Where(l => l.Index >= finding.Layer && Instruction.IsRun(l.Instruction))
                .Select(l => l.Instruction!),
        ];
        var tops = finding.Paths.Select(p => TemporaryFolders.TopOf(p.Path)).Distinct().Take(MostTops + 1).ToList();
        image.Work.Spend((long)tops.Count * (1 + runs.Sum(r => (long)r.Length / CharactersPerStep)));
        return tops.Count <= MostTops && tops.TrueForAll(t => IsByProduct(t[(t.LastIndexOf('/') + 1)..])
            || runs.Sum(r => Times(r, t)) >= (Instruction.IsCopy(finding.Instruction) ? 1 : 2));
    }

    private static bool IsByProduct(string name) =>
        name.StartsWith('.') || ByProducts.Any(b => name.StartsWith(b, StringComparison.Ordinal));

    private static int Times(string text, string word)
    {
        var count = 0;
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(word, at + word.Length, StringComparison.Ordinal))
            count++;
        return count;
    }

    /// <summary>A later command may read what lies in a temporary directory.</summary>
    private static Remedy.RemoveFiles Removal(EvidenceList evidence, bool temporary) =>
        new([.. evidence.Biggest().Select(e => TemporaryFolders.TopOf(e.Path))
            .Distinct()], [], AnyRunMayRead: temporary);

    private static Fix MountFix(Finding finding) => new(
        "A COPY put it there for one command. Mount it for that command, and remove the COPY.",
        $"RUN --mount=type=bind,source=<source>,target={Target(finding)} <the command that needs it>");

    private static string Target(Finding finding) =>
        finding.Paths is [var biggest, ..] ? Phrases.Path(biggest.Path) : "<path>";

    private static IEnumerable<int> Cores(FindingContext image) =>
        Enumerable.Range(0, image.Tree.Layers.Count)
            .SelectMany(l => VisibleFiles.Captures(image, l, CoreFiles.Kind))
            .Select(k => k.Node);
}
