using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>
/// An option of the commands that install: it keeps a package manager from installing what is only recommended.
/// </summary>
internal sealed class OptionEdit : IEdit
{
    public bool TryApply(Draft draft, Finding finding)
    {
        if (finding.Remedy is not Remedy.AddOptions remedy || draft.StepOf(finding.Layer) is not { } step)
            return false;
        var done = false;
        foreach (var option in remedy.Options)
            done |= Options.Insert(step, option.Programs, option.Verb, option.Option);
        if (done)
            draft.Answer(finding, step);
        return done;
    }
}
