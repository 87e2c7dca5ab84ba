using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>Live logs, temporary files, what programs leave that crash, and the litter of shells and editors.</summary>
internal sealed class TemporaryFilesRule : IFindingRule
{
    /// <summary>Every install leaves a few kilobytes of log; nobody acts on them.</summary>
    private const long Smallest = 10_000;

    private const string Crash = "crash";

    private static readonly string[] Folders = ["/tmp", "/var/tmp", "/var/log"];

    private static readonly PathGroup[] Groups =
    [
        new(
            "tmp",
            "Temporary files left behind",
            Confidence.Probable,
            ["/tmp/*", "/var/tmp/*"],
            "What a build step leaves in a temporary directory is not read again. Remove it in the same RUN, or mount the directory for the step.",
            "RUN --mount=type=tmpfs,target=/tmp <the command>"),
        new(
            "log",
            "Logs of the build",
            Confidence.Probable,
            ["/var/log/*", "**/npm-debug.log", "**/yarn-error.log"],
            "Logs written while building are read by nobody in a container. Remove them in the RUN that writes them; a big lastlog or faillog comes " +
            "from a user with a high id (useradd --no-log-init).",
            "RUN <the command> \\\n && rm -rf /var/log/*")
        {
            KnownAs = ["DL3046"],
        },
        new(
            "litter",
            "Litter of shells and editors",
            Confidence.Safe,
            [
                "**/*.swp", "**/*.swo", "**/.DS_Store", "**/Thumbs.db", "~/.bash_history", "~/.ash_history", "~/.sh_history", "~/.zsh_history",
                "~/.python_history", "~/.node_repl_history", "~/.lesshst", "~/.viminfo", "~/.wget-hsts", "~/.mysql_history", "~/.psql_history",
            ],
            "Nothing reads these files in a container.",
            "RUN <the command> \\\n && rm -f ~/.wget-hsts ~/.bash_history"),
        new(
            Crash,
            "Memory of programs that crashed",
            Confidence.Safe,
            ["**/*.hprof", "**/*.heapsnapshot"],
            "A core or heap dump came along with the build context, or a program crashed while building and the build went on. It holds what the program had in memory, " +
            "secrets too. Name it in .dockerignore, or see why the command crashes.",
            "RUN ulimit -c 0 && <the command>"),
    ];

    public string Id => "temporary-files";

    public IEnumerable<Finding> Find(FindingContext image)
    {
        int[] folders = [.. Folders.Select(image.Tree.Find).Where(n => n >= 0)];
        // Told by the rules of caches and downloads already; and what the image starts, or a variable names, is not left over.
        var others = folders.Length == 0
            ? []
            : image.Caches.SelectMany(c => c.Tops).Concat(RuntimeDownloadsRule.Tops(image)).Concat(image.Used.Named).Where(n => IsIn(image.Tree, n, folders)).ToList();
        return Groups.SelectMany(g => g.Find(image, Id, Confidence.Maybe, Smallest, others: others, also: g.Id == Crash ? Cores(image.Tree) : null))
            .Select(f => Instruction.IsCopy(f.Instruction) && f.Id.StartsWith(Id + "-tmp-", StringComparison.Ordinal) ? f with { Fix = Lent(f) } : f);
    }

    private static Fix Lent(Finding finding) => new(
        "A COPY put it there for one command. Lend it to that command by a mount, and leave the COPY out.",
        $"RUN --mount=type=bind,source=<source>,target={finding.Paths[0].Path} <the command that needs it>");

    private static IEnumerable<int> Cores(FileTree tree) =>
        Enumerable.Range(0, tree.Layers.Count).SelectMany(l => LiveFiles.Kept(tree, l, CoreFiles.Kind)).Select(k => k.Node);

    private static bool IsIn(FileTree tree, int node, int[] folders)
    {
        for (node = tree.Nodes[node].Parent; node > FileTree.Root; node = tree.Nodes[node].Parent)
            if (folders.Contains(node))
                return true;
        return false;
    }
}
