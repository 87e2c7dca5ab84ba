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
        var changed = script.ReplaceAll(command =>
        {
            if (!names.Contains(command.Name) || command.Verb != verb || command.HasOption(option.Split('=', ' ')[0]))
                return null;
            var after = command.VerbAt;
            // apt-get install -y git: -y takes no value.
            while (after + 1 < command.Words.Count
                && command.Words[after + 1].Raw is "-y" or "--yes" or "-q" or "-qq" or "-yq" or "-qy" or "-yqq"
                    or "-qqy" or "--assume-yes")
                after++;
            done = true;
            return command.Insert(after, option);
        });
        if (done)
            step.Text = changed.ToString();
        return done;
    }

    public static bool Runs(Step step, params ReadOnlySpan<string> programs)
    {
        if (!step.IsRun)
            return false;
        foreach (var program in programs)
            if (step.Programs.Contains(program))
                return true;
        return false;
    }

    /// <summary>For <see cref="Step.Programs"/>.</summary>
    public static HashSet<string> ProgramsOf(Step step)
    {
        var found = new HashSet<string>(Words(step.Text), StringComparer.Ordinal);
        var commands = step.Script()?.Commands;
        foreach (var command in commands ?? [])
        {
            found.Add(command.Name);
            // sh ./mvnw package
            if (command.Name is "sh" or "bash" && command.VerbAt > 0)
                found.Add(Paths.Name(command.Verb));
        }

        // A path is a program where a command begins, and a mere operand elsewhere: installer -p /opt/conda.
        var loose = commands is null ? [step.Text] : commands.Where(c => c.Words.Count == 0).Select(c => c.Text);
        foreach (var word in loose.SelectMany(Words))
            if (word.Contains('/', StringComparison.Ordinal))
                found.Add(Paths.Name(word));
        return found;
    }

    private static string[] Words(string text) => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    private static readonly char[] Separators = [' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\''];
}
