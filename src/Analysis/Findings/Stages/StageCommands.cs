using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>What of a RUN a second stage needs, too: packages of the system, users, places.</summary>
internal static class StageCommands
{
    private static readonly string[] Managers =
        ["apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper"];

    private static readonly string[] Accounts =
        ["groupadd", "useradd", "adduser", "addgroup", "usermod", "locale-gen", "update-ca-certificates", "ldconfig"];

    private static readonly string[] Places = ["mkdir", "chown", "chmod", "ln", "touch", "install"];

    /// <summary>They change nothing by themselves.</summary>
    private static readonly string[] Neutral = ["set", "export", "true", ":", "rm"];

    private static readonly string[] Cleaned = ["/var/lib/apt/", "/var/cache/", "/tmp/", "/var/tmp/", "/var/log/"];

    private static readonly string[] Removing =
        ["purge", "remove", "autoremove", "del", "erase", "rm", "autopurge"];

    /// <summary>It takes packages away again, or may: what is left of them is not known.</summary>
    public static bool Removes(ShellScript script) =>
        script.Commands.Any(c => Managers.Contains(c.Name) && Removing.Contains(c.Verb));

    /// <summary>A system package manager stands in a script that is not understood.</summary>
    public static bool MayInstall(string text) =>
        Managers.Any(m => text.Contains(m + " ", StringComparison.Ordinal));

    /// <summary>It stores files again, which others made.</summary>
    public static bool IsChange(ShellCommand command) => command.Name is "chown" or "chmod";

    /// <param name="isProject">Whether a path is taken over, with its owner and mode.</param>
    public static bool IsKept(ShellCommand command, Func<string, bool> isProject) =>
        !command.IsPipe
        && (IsInstall(command) || Accounts.Contains(command.Name) || IsPlace(command, isProject)
            || IsNeutral(command));

    /// <summary>Without what it would not do for its own sake: the refreshing of an index, the cleaning up.</summary>
    public static bool IsCause(ShellCommand command) =>
        Accounts.Contains(command.Name) || Places.Contains(command.Name)
        || (IsInstall(command) && command.Verb is "install" or "add" or "in");

    /// <returns>The script of the second stage; null when nothing is left that it is run for.</returns>
    public static ShellScript? Kept(
        ShellScript script, Func<string, bool> isProject, IReadOnlySet<string> without, IReadOnlyList<string> with)
    {
        var left = new List<ShellCommand>();
        foreach (var command in script.Commands)
            if (IsKept(command, isProject) && Reduced(command, without, with) is { } kept)
                left.Add(kept);
        var installs = left.Exists(c => IsInstall(c) && IsCause(c));
        left.RemoveAll(c => !installs && (IsInstall(c) || c.Name == "rm"));
        if (!left.Exists(IsCause))
            return null;
        left[^1] = left[^1] with { Operator = "" };
        return new ShellScript(left);
    }

    /// <summary>Without packages; null when that leaves none.</summary>
    private static ShellCommand? Reduced(
        ShellCommand command, IReadOnlySet<string> without, IReadOnlyList<string> with)
    {
        if (!IsInstall(command) || !IsCause(command))
            return command;
        var kept = command.Words.Where((w, i) => i <= command.VerbAt || !without.Contains(NameOf(w.Raw))).ToList();
        // What came with one that goes.
        if (kept.Count < command.Words.Count)
            kept.AddRange(with.Where(p => !kept.Exists(w => w.Raw == p)).Select(p => new ShellWord(p, p)));
        return kept.Skip(command.VerbAt + 1).All(w => w.Raw.StartsWith('-')) ? null
            : new ShellCommand(string.Join(' ', kept.Select(w => w.Raw)), kept, false, command.Operator);
    }

    // gcc=4:12.2.0-3, libfoo:amd64
    private static string NameOf(string word) => word.Split('=', ':')[0];

    private static bool IsInstall(ShellCommand command) =>
        Managers.Contains(command.Name) && !Removing.Contains(command.Verb);

    private static bool IsPlace(ShellCommand command, Func<string, bool> isProject) =>
        Places.Contains(command.Name) && command.Arguments is { } words
        && words.Where(w => !w.StartsWith('-')).Skip(command.Name is "chown" or "chmod" ? 1 : 0)
            .All(w => w.StartsWith('/') && !(command.Name is "chown" or "chmod" && isProject(w)))
        && (command.Name != "install" || command.HasOption("-d"));

    private static bool IsNeutral(ShellCommand command) =>
        Neutral.Contains(command.Name)
        && (command.Name != "rm" || command.Words.Skip(command.NameAt + 1)
            .All(w => w.Raw.StartsWith('-') || Cleaned.Any(c => w.Raw.StartsWith(c, StringComparison.Ordinal))));
}
