using ImageInsight.Analysis.Dockerfiles.Shell;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>Puts options into the commands of a RUN.</summary>
internal static class Options
{
    /// <summary>After the verb and the options that follow it, in every command of that name; true when one has it now that had not.</summary>
    public static bool Insert(Step step, string[] names, string verb, string option)
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
            while (after + 1 < command.Words.Count && command.Words[after + 1].Raw is "-y" or "--yes" or "-q" or "-qq" or "-yq" or "-qy" or "-yqq" or "-qqy" or "--assume-yes")
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
        foreach (var program in programs)
            if (step.IsRun && step.Text.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Any(w => w == program || w.EndsWith("/" + program, StringComparison.Ordinal)))
                return true;
        return false;
    }

    private static readonly char[] Separators = [' ', '\t', '\n', ';', '&', '|', '(', ')', '"', '\''];
}
