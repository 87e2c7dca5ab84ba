using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>What the layers above the base are for: the build, the finished image, or both.</summary>
internal sealed class StageLayers
{
    private readonly HashSet<int> copied = [];
    private readonly HashSet<int> built = [];
    private readonly SortedSet<int> again = [];

    private StageLayers(int first) => First = first;

    /// <summary>The lowest that is not the base's.</summary>
    public int First { get; }

    /// <summary>Null where an instruction is not known well enough.</summary>
    public static StageLayers? Read(FindingContext image)
    {
        if (!image.Base.Has(0) || image.Base.Layers >= image.Facts.Layers.Count)
            return null;
        var found = new StageLayers(image.Base.Layers);
        foreach (var layer in image.Facts.Layers.Skip(found.First))
        {
            var text = layer.Instruction ?? "";
            image.Work.Spend(1 + text.Length);
            if (Instruction.IsCopy(text))
                found.copied.Add(layer.Index);
            else if (Instruction.IsRun(text))
            {
                if (!found.TryRun(layer.Index, text))
                    return null;
            }
            else if (!text.StartsWith("WORKDIR", StringComparison.OrdinalIgnoreCase))
                return null;
        }

        return found;
    }

    private bool TryRun(int layer, string text)
    {
        // RUN --mount=type=cache,target=/x make
        var rest = text["RUN ".Length..].TrimStart();
        while (rest.StartsWith("--", StringComparison.Ordinal) && rest.IndexOf(' ', StringComparison.Ordinal) is > 0
            and var end)
            rest = rest[end..].TrimStart();
        var script = ShellScript.Parse(rest);
        if (script is null ? StageCommands.MayInstall(rest)
            : StageCommands.Removes(script)
                || (script.Commands.Any(c => c.Operator == "||") && StageCommands.MayInstall(rest)))
            return false;
        if (script is null || !script.Commands.All(c => Prepares(c) && !StageCommands.IsChange(c)))
            built.Add(layer);
        if (script?.Commands.Any(c => StageCommands.IsCause(c) && Prepares(c)) == true)
            again.Add(layer);
        return true;
    }

    public bool IsCopied(int layer) => copied.Contains(layer);

    /// <summary>A RUN made it that does more than to prepare the system.</summary>
    public bool IsBuilt(int layer) => built.Contains(layer);

    /// <summary>What a RUN installs, and whom and what it makes, the finished image needs.</summary>
    public bool IsAgain(int layer) => again.Contains(layer);

    public IReadOnlyCollection<int> Again => again;

    public bool AnyBuilt => built.Count > 0;

    private static bool Prepares(ShellCommand command) => StageCommands.IsKept(command, _ => false);
}
