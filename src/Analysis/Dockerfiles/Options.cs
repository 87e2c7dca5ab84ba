using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>Puts options into the commands of a RUN.</summary>
internal static class Options
{
    /// <summary>
    /// After the verb and the options that follow it, in every command of that name; true when one has it now that had
    /// not.
    /// </summary>
    public static bool Insert(Step step, IReadOnlyList<string> names, string verb, string option)
    {
        if (step.Script() is not { } script)
            return false;
        var done = false;
        for (var i = 0; i < script.Commands.Count; i++)
        {
            var command = script.Commands[i];
            if (!names.Contains(command.Name) || command.Verb != verb || command.HasOption(option.Split('=')[0]))
                continue;
            var after = command.VerbAt;
            // apt-get install -y git: -y takes no value.
            while (after + 1 < command.Words.Count
                && command.Words[after + 1].Raw is "-y" or "--yes" or "-q" or "-qq" or "-yq" or "-qy" or "-yqq"
                    or "-qqy" or "--assume-yes")
                after++;
            script = script.Replace(i, command.Insert(after, option));
            done = true;
        }

        if (done)
            step.Text = script.ToString();
        return done;
    }

    public static bool Runs(Step step, params ReadOnlySpan<string> programs)
    {
        if (!step.IsRun)
            return false;
        var commands = step.Script()?.Commands;
        foreach (var program in programs)
        {
            // A path is a program where a command begins, and a mere operand elsewhere: installer -p /opt/conda.
            if (Words(step.Text).Contains(program)
                || commands?.Any(c => c.Name == program || IsScript(c, program)) == true)
                return true;
            var loose = commands is null ? [step.Text] : commands.Where(c => c.Words.Count == 0).Select(c => c.Text);
            if (loose.SelectMany(Words).Any(w => w.EndsWith("/" + program, StringComparison.Ordinal)))
                return true;
        }

        return false;
    }

    /// <summary>sh ./mvnw package</summary>
    private static bool IsScript(ShellCommand command, string program) =>
        command.Name is "sh" or "bash" && command.VerbAt > 0
        && (command.Verb == program || command.Verb.EndsWith("/" + program, StringComparison.Ordinal));

    private static string[] Words(string text) => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    private static readonly char[] Separators = [' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\''];
}
