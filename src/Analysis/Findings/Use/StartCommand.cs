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

    public StartCommand(ImageFacts facts)
    {
        Words = [.. facts.Command.SelectMany(w => w.Split(Breaks, StringSplitOptions.RemoveEmptyEntries))];
        names = [.. Words.Select(w => w[(w.LastIndexOf('/') + 1)..])];
        var folder = facts.WorkingDirectory is ['/', ..] at ? at : "/";
        Places = [.. Words.SelectMany(w => w.Split(':', '=')).Where(p => p.Contains('/', StringComparison.Ordinal))
            .Select(p => p.StartsWith('/') ? p : $"{folder}/{p}")];
    }

    public IReadOnlyList<string> Words { get; }

    /// <summary>Absolute paths that it names, a class path's parts each.</summary>
    public IReadOnlyList<string> Places { get; }

    /// <summary>True when it may go on to start anything: there is none, or a shell, or a script.</summary>
    public bool IsOpen(FindingContext image) => names.Count == 0 || names.Where((n, i) => IsOpen(image, n, i)).Any();

    /// <param name="command">A program, or a program and its first argument: <c>mvn</c>, <c>go run</c>.</param>
    public bool Runs(string command)
    {
        var words = command.Split(' ');
        for (var i = 0; i + words.Length <= names.Count; i++)
            if (names[i] == words[0] && (words.Length == 1 || Words[i + 1] == words[1]))
                return true;
        return false;
    }

    private bool IsOpen(FindingContext image, string name, int at) =>
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
