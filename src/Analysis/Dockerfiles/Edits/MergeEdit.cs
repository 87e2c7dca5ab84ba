using ImageInsight.Analysis.Dockerfiles.Indexes;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>
/// What one RUN makes and a later one removes or writes anew is done in one RUN: they are merged where only RUNs stand
/// between them, or the removal goes up where what stands between cannot need the files.
/// </summary>
internal sealed class MergeEdit : IEdit
{
    public bool TryApply(Draft draft, Finding finding)
    {
        // The bytes may be of the instruction itself, as when it changes files of the base: nothing to merge it with.
        if (finding.Remedy is not Remedy.StoreOnce remedy || finding.Bodies.Layers.Any(l => l.Layer == finding.Layer))
            return false;
        if (draft.StepOf(finding.Layer) is not { IsRun: true } last || draft.Carriers(finding) is not { } carriers
            || !carriers.All(c => c.IsRun))
            return false;
        var first = carriers.MinBy(c => c.Order)!;
        if (first.Order > last.Order)
            return false;
        if (draft.IsOpenBetween(first, last))
        {
            if (!draft.Merge(first, last))
                return false;
        }
        else if (remedy.Change != StoredChange.Removed || carriers.Count != 1
            || !RemoveEarlier(draft, finding, first, last))
        {
            return false;
        }

        draft.Answer(finding, draft.StepOf(finding.Bodies.Layers[0].Layer)!);
        return true;
    }

    private static bool RemoveEarlier(Draft draft, Finding finding, Step maker, Step remover)
    {
        if (remover.Script() is not { } script || maker.User != remover.User || finding.PathCount > finding.Paths.Count)
            return false;
        for (var i = 0; i < script.Commands.Count; i++)
        {
            var command = script.Commands[i];
            if (command is not { Name: "rm", NameAt: 0 } || command.Arguments is not { } arguments)
                continue;
            var operands = arguments.Where(a => !a.StartsWith('-')).ToList();
            // Paths from the root only: the RUNs may stand in other directories.
            if (operands.Count == 0 || !operands.TrueForAll(o => o.StartsWith('/')))
                continue;
            draft.Work.Spend(command.Text.Length + finding.Paths.Sum(p => (long)p.Path.Length));
            var removed = new PathSet(operands.Select(o => Paths.Combine("/", o)));
            if (!finding.Paths.All(p => removed.HasAround(p.Path))
                || !draft.Between(maker, remover).All(s => CannotNeed(s, removed)) || maker.Script() is not { } makes)
                continue;
            draft.Work.Spend((long)i * operands.Count);
            var earlier = script.Commands.Take(i).Any(c => operands.Exists(c.Mentions));
            var rest = script.Without(i);
            if (earlier || (rest is null && script.Commands.Count > 1))
                return false;
            maker.Text = makes.Append(command.Text).ToString();
            if (rest is null)
            {
                draft.AddLayers(maker, remover.Layers);
                draft.Remove(remover);
            }
            else
            {
                remover.Text = rest.ToString();
            }

            return true;
        }

        return false;
    }

    private static bool CannotNeed(Step step, PathSet paths) =>
        step.IsNeutral || step.Keyword is "ENV" or "ARG"
        || (step.Keyword == "WORKDIR" && !Overlap(Paths.Combine(step.Directory, ""), paths))
        || (step.CopiedTo is { } copied && !Overlap(copied.Path, paths));

    private static bool Overlap(string path, PathSet paths) =>
        paths.HasAround(path) || (path != "/" && paths.HasIn(path));
}
