using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>
/// What a container starts, as far as the config says. Its words may hold secrets: no finding repeats one.
/// </summary>
internal sealed class StartCommand
{
    private static readonly char[] Breaks = [' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\'', '`'];

    private static readonly HashSet<string> Shells = new(
        StringComparer.Ordinal) { "sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "busybox" };

    /// <summary>They start what a file of theirs says.</summary>
    private static readonly HashSet<string> Starters = new(StringComparer.Ordinal)
    {
        "make", "just", "task", "supervisord", "s6-svscan", "runsvdir", "init", "foreman", "overmind", "honcho", "npm",
        "yarn", "pnpm", "bun", "cron", "crond",
    };

    private readonly List<string> names;
    private readonly HashSet<string> programs;
    private readonly HashSet<(string Program, string Argument)> commands;
    private readonly Lazy<bool> open;

    public StartCommand(FindingContext image)
    {
        var facts = image.Facts;
        image.Work.Spend(facts.Command.Sum(w => (long)w.Length));
        Words = [.. facts.Command.SelectMany(w => w.Split(Breaks, StringSplitOptions.RemoveEmptyEntries))];
        names = [.. Words.Select(w => w[(w.LastIndexOf('/') + 1)..])];
        var folder = facts.WorkingDirectory is ['/', ..] at ? at : "/";
        Places = [.. Words.SelectMany(w => w.Split(':', '=')).Where(p => p.Contains('/', StringComparison.Ordinal))
            .Select(p => p.StartsWith('/') ? p : $"{folder}/{p}")];
        programs = names.ToHashSet(StringComparer.Ordinal);
        commands = names.Zip(Words.Skip(1)).ToHashSet();
        open = new(() => names.Count == 0 || names.Where((n, i) => StartsMore(image, n, i)).Any());
    }

    public IReadOnlyList<string> Words { get; }

    /// <summary>Absolute paths that it names, a class path's parts each.</summary>
    public IReadOnlyList<string> Places { get; }

    /// <summary>True when it may go on to start anything: there is none, or a shell, or a script.</summary>
    public bool IsOpen => open.Value;

    /// <param name="command">A program, or a program and its first argument: <c>mvn</c>, <c>go run</c>.</param>
    public bool Runs(string command) =>
        command.Split(' ') is [var program, var argument] ? commands.Contains((program, argument))
            : programs.Contains(command);

    private bool StartsMore(FindingContext image, string name, int at) =>
        (Shells.Contains(name) && !Words.Skip(at + 1).Take(2).Any(w => w.StartsWith('-') && w.EndsWith('c')))
        || Starters.Contains(name) || name.EndsWith(".sh", StringComparison.Ordinal)
        || name.Contains("entrypoint", StringComparison.Ordinal) || (at == 0 && IsSmall(image));

    /// <summary>A script has no ending as often as it has one; programs are bigger.</summary>
    private bool IsSmall(FindingContext image)
    {
        const int BiggestScript = 8 << 10;
        return Places.Count > 0 && Words[0].Contains('/', StringComparison.Ordinal)
            && image.Tree.Find(Places[0]) is var node and >= 0
            && image.Tree.Nodes[node].Inode is var inode and >= 0
            && image.Tree.SizeOf(image.Tree.Inodes[inode]) <= BiggestScript;
    }
}
