using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>RUNs that became one refresh the package index once: a second time brings nothing new.</summary>
internal static class AptUpdates
{
    public static ShellScript Once(ShellScript script)
    {
        var current = false;
        for (var i = 0; i < script.Commands.Count; i++)
        {
            var command = script.Commands[i];
            if (IsUpdate(command))
            {
                if (current && command.Operator == "&&" && script.Without(i) is { } shorter)
                {
                    script = shorter;
                    i--;
                }

                current = true;
            }
            else if (!(command.Name is "apt-get" or "apt" && command.Verb is "install" or "download"))
            {
                // Sources, keys and lists may have changed.
                current = false;
            }
        }

        return script;
    }

    public static bool IsUpdate(ShellCommand command) =>
        command is { Name: "apt-get" or "apt", IsPipe: false, Verb: "update" };
}
