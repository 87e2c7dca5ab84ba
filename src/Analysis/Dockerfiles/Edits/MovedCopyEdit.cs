using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>COPY puts the files where a later <c>mv</c> took them.</summary>
internal sealed class MovedCopyEdit : IEdit
{
    public bool TryApply(Draft draft, Finding finding)
    {
        if (finding.Remedy is not Remedy.StoreOnce { Change: StoredChange.Moved }
            || draft.StepOf(finding.Layer) is not { } run
            || draft.Carriers(finding) is not [{ IsCopy: true } copy] || run.Script() is not { } script
            || copy.CopiedTo is not { } copied)
            return false;
        for (var i = 0; i < script.Commands.Count; i++)
        {
            var command = script.Commands[i];
            draft.Work.Spend(1);
            if (command is not { Name: "mv", NameAt: 0 }
                || command.Arguments?.Where(a => !a.StartsWith('-')).ToList() is not [var from, var to])
                continue;
            var source = Paths.Combine(run.Directory, from);
            // mv into a directory that is there already keeps the name.
            var target = Paths.Combine(run.Directory, to);
            if (draft.Tree.Find(target + "/" + Paths.Name(source)) >= 0)
                target += "/" + Paths.Name(source);
            if (source != copied.Path || script.Commands.Where((_, at) => at != i).Any(c => c.Mentions(from))
                || Reads(draft, copy, run, source))
                continue;
            var rest = script.Without(i);
            if (rest is null && script.Commands.Count > 1)
                return false;
            copy.Text = copied.Sources + " " + Paths.Word(target);
            draft.AddLayers(copy, run.Layers);
            if (rest is null)
                draft.Remove(run);
            else
                run.Text = rest.ToString();
            draft.Answer(finding, copy);
            return true;
        }

        return false;
    }

    private static bool Reads(Draft draft, Step first, Step last, string path) =>
        draft.Mentions.InTextBetween(first, last, path) || draft.Mentions.InFolderBetween(first, last, path);
}
