using System.Text;

namespace ImageInsight.Analysis.Dockerfiles.Shell;

/// <summary>What a RUN runs, as a list of commands that can be changed and written down again.</summary>
internal sealed record ShellScript(IReadOnlyList<ShellCommand> Commands)
{
    /// <summary>They change the shell that runs them, so what follows would notice them.</summary>
    private static readonly string[] Lasting =
        ["cd", "pushd", "popd", "exit", "exec", "trap", "umask", ".", "source", "export", "unset", "alias", "ulimit", "shopt", "read", "eval", "return"];

    /// <summary>Null where the text is not understood.</summary>
    public static ShellScript? Parse(string text) => ShellReader.Read(text) is { } commands ? new ShellScript(commands) : null;

    /// <summary>It sets options of the shell; commands joined to it would run, or fail, otherwise than before.</summary>
    private bool SetsOptions => Commands.Any(c => c.Name == "set");

    public ShellScript Replace(int index, string text) => new([.. Commands.Select((c, i) => i == index ? c with { Text = text, Words = ShellReader.Read(text)?[0].Words ?? [] } : c)]);

    /// <summary>Null when taking the command out would change whether the others run, or nothing would be left.</summary>
    public ShellScript? Without(int index)
    {
        if (Commands.Count == 1 || (index > 0 && Commands[index - 1].Operator == "||") || Commands[index].Operator == "||")
            return null;
        var rest = Commands.Where((_, i) => i != index).ToList();
        if (index == Commands.Count - 1)
            rest[^1] = rest[^1] with { Operator = "" };
        else if (index > 0 && Commands[index].Operator != Commands[index - 1].Operator)
            return null;
        return new ShellScript(rest);
    }

    public ShellScript Append(string command)
    {
        // Under set -e commands stand by themselves; the style of the script goes on.
        var stepwise = SetsOptions && Commands.Count > 1 && Commands[^2].Operator == ";";
        return new ShellScript([.. Commands.SkipLast(1), Commands[^1] with { Operator = stepwise ? ";" : "&&" }, .. ShellReader.Read(command)!]);
    }

    /// <summary>Both in one shell, the second only when the first went well, each as if it were alone; null when that cannot be had.</summary>
    public ShellScript? Then(ShellScript next)
    {
        if (SetsOptions || next.SetsOptions)
            return null;
        var first = Commands.Any(Lasts) ? Enclosed() : this;
        var second = next.Commands.Any(c => c.Operator is "||" or ";") ? next.Enclosed() : next;
        return new ShellScript([.. first.Commands.SkipLast(1), first.Commands[^1] with { Operator = "&&" }, .. second.Commands]);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var command in Commands)
            text.Append(command.Text).Append(command.Operator switch { "" => "", ";" => "; ", var o => $" {o} " });
        return text.ToString().TrimEnd();
    }

    private static bool Lasts(ShellCommand command) => command.Words.Count > 0
        ? Lasting.Contains(command.Name) || command.NameAt < 0
        : !command.Text.StartsWith('(') && (command.Text.StartsWith('{') || command.Mentions("cd ") || command.Mentions("exit"));

    private ShellScript Enclosed() => new([new ShellCommand($"( {ToString()} )", [], false, "")]);
}
