using System.Text;

namespace ImageInsight.Analysis.Instructions.Shell;

/// <summary>What a RUN runs, as a list of commands that can be changed and written down again.</summary>
internal sealed record ShellScript(IReadOnlyList<ShellCommand> Commands)
{
    /// <summary>They change the shell that runs them, so what follows would notice them.</summary>
    private static readonly string[] Lasting =
        ["cd", "pushd", "popd", "exit", "exec", "trap", "umask", ".", "source", "export", "unset", "alias", "ulimit",
            "shopt", "read", "eval", "return"];

    /// <summary>Null where the text is not understood.</summary>
    public static ShellScript? Parse(string text) =>
        ShellReader.Read(text) is { } commands ? new ShellScript(commands) : null;

    /// <summary>
    /// It sets options of the shell; commands joined to it would run, or fail, otherwise than before.
    /// </summary>
    private bool SetsOptions => Commands.Any(c => c.Name == "set");

    /// <summary>It begins with <c>set -e…;</c>: <c>set -eux; a; b</c>.</summary>
    private bool IsStepwise => Commands.Count > 1 && Commands[0] is { Name: "set", NameAt: 0, Operator: ";" } set
        && set.Words.Skip(1).Any(w => w.Raw.StartsWith('-') && w.Raw.Contains('e', StringComparison.Ordinal))
        && !Commands.Skip(1).Any(c => c.Name == "set");

    /// <summary>All of them must go well: <c>a &amp;&amp; b</c>.</summary>
    private bool IsChain => Commands.SkipLast(1).All(c => c.Operator == "&&");

    public ShellScript Replace(int index, string text) =>
        new([.. Commands.Select((c, i) => i == index ? WithText(c, text) : c)]);

    /// <param name="textOf">The new text of a command; null for what stays.</param>
    public ShellScript ReplaceAll(Func<ShellCommand, string?> textOf) =>
        new([.. Commands.Select(c => textOf(c) is { } text ? WithText(c, text) : c)]);

    private static ShellCommand WithText(ShellCommand command, string text) =>
        command with { Text = text, Words = ShellReader.Read(text)?[0].Words ?? [] };

    /// <summary>
    /// Null when taking the command out would change whether the others run, or nothing would be left.
    /// </summary>
    public ShellScript? Without(int index)
    {
        if (Commands.Count == 1 || (index > 0 && Commands[index - 1].Operator == "||")
            || Commands[index].Operator == "||")
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
        return new ShellScript([
            .. Commands.SkipLast(1), Commands[^1] with { Operator = stepwise ? ";" : "&&" },
            .. ShellReader.Read(command)!
        ]);
    }

    /// <summary>
    /// Both in one shell, the second only when the first went well, each as if it were alone; null when that cannot be
    /// had.
    /// </summary>
    public ShellScript? Then(ShellScript next)
    {
        if (SetsOptions || next.SetsOptions)
            return Stepwise(next);
        var first = Commands.Any(Lasts) ? Enclosed() : this;
        var second = next.Commands.Any(c => c.Operator is "||" or ";") ? next.Enclosed() : next;
        return new ShellScript([
            .. first.Commands.SkipLast(1), first.Commands[^1] with { Operator = "&&" }, .. second.Commands
        ]);
    }

    /// <summary>
    /// Under <c>set -e</c> commands stand in a row. A chain of && becomes such a row, for in it all but the last could
    /// fail unnoticed; where the options would change the other script (-u with variables, pipefail) the two stay
    /// apart.
    /// </summary>
    private ShellScript? Stepwise(ShellScript next)
    {
        if (IsStepwise && next.IsStepwise && Commands[0].Text == next.Commands[0].Text)
            return new ShellScript([Commands[0], .. Row([.. Commands.Skip(1)]), .. next.Commands.Skip(1)]);
        if (IsStepwise && next is { SetsOptions: false, IsChain: true } && next.Bears(Commands[0]))
            return new ShellScript([Commands[0], .. Row([.. Commands.Skip(1)]), .. InARow(next.Commands)]);
        return this is { SetsOptions: false, IsChain: true } && next.IsStepwise && Bears(next.Commands[0])
            ? new ShellScript([next.Commands[0], .. Row(InARow(Commands)), .. next.Commands.Skip(1)])
            : null;
    }

    private static IReadOnlyList<ShellCommand> InARow(IReadOnlyList<ShellCommand> chain) =>
        [.. chain.Select(c => c.Operator == "&&" ? c with { Operator = ";" } : c)];

    /// <summary>
    /// Before others; in a shell of its own where these would notice what it changes, or its last command could fail
    /// without an end.
    /// </summary>
    private static IReadOnlyList<ShellCommand> Row(IReadOnlyList<ShellCommand> commands)
    {
        var simple = commands[^1].Words.Count > 0 && commands[^1].Words[0].Raw != "!"
            && (commands.Count == 1 || commands[^2].Operator == ";");
        var row = simple && !commands.Any(Lasts) ? commands : new ShellScript(commands).Enclosed().Commands;
        return [.. row.SkipLast(1), row[^1] with { Operator = ";" }];
    }

    private bool Bears(ShellCommand set) =>
        set.Words.Skip(1)
            .All(w => w.Raw.StartsWith('-') && w.Raw.Skip(1).All(c => c is 'e' or 'x' or 'u')
                && (!w.Raw.Contains('u', StringComparison.Ordinal) || !Commands.Any(c => c.Mentions("$"))));

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var command in Commands)
            text.Append(command.Text).Append(command.Operator switch { "" => "", ";" => "; ", var o => $" {o} " });
        return text.ToString().TrimEnd();
    }

    private static bool Lasts(ShellCommand command) => command.Words.Count > 0
        ? Lasting.Contains(command.Name) || command.NameAt < 0
        : !command.Text.StartsWith('(')
            && (command.Text.StartsWith('{') || command.Mentions("cd ") || command.Mentions("exit"));

    private ShellScript Enclosed() => new([new ShellCommand($"( {ToString()} )", [], false, "")]);
}
