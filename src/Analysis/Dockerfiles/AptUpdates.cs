using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>RUNs that became one refresh the package index once: a second time brings nothing new.</summary>
internal static class AptUpdates
{
    public static ShellScript Once(ShellScript script)
    {
        var current = false;
        var kept = new List<ShellCommand>(script.Commands.Count);
        for (var i = 0; i < script.Commands.Count; i++)
        {
            var command = script.Commands[i];
            if (IsUpdate(command))
            {
                // It goes where what is before it does not depend on it, and something comes after it.
                var goes = current && command.Operator == "&&" && kept.Count > 0 && kept[^1].Operator == "&&"
                    && i < script.Commands.Count - 1;
                if (!goes)
                    kept.Add(command);
                current = true;
                continue;
            }

            kept.Add(command);
            // Sources, keys and lists may have changed.
            if (!(command.Name is "apt-get" or "apt" && command.Verb is "install" or "download"))
                current = false;
        }

        return new ShellScript(kept);
    }

    public static bool IsUpdate(ShellCommand command) =>
        command is { Name: "apt-get" or "apt", IsPipe: false, Verb: "update" };
}
