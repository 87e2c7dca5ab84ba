using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>A RUN that only refreshes the package index becomes the beginning of the next RUN that installs.</summary>
internal sealed class UpdateAloneEdit : IEdit
{
    private static readonly string[] Refreshing = ["update", "makecache", "refresh", "ref"];
    private static readonly string[] Installing =
    [
        "install", "add", "upgrade", "dist-upgrade", "full-upgrade", "download", "build-dep", "in"
    ];

    public bool TryApply(Draft draft, Finding finding)
    {
        if (finding.Remedy is not Remedy.JoinInstall remedy || draft.StepOf(finding.Layer) is not { } update
            || update.Script() is not { } script
            || script.Commands.FirstOrDefault(c => c.Name == remedy.Manager && Refreshing.Contains(c.Verb)) is not
            {
            } refresh)
            return false;
        if (!Installs(script, refresh.Name))
        {
            var install = draft.After(update).TakeWhile(s => s.IsRun || s.IsNeutral || Commutes(script, s))
                .FirstOrDefault(s => s.IsRun);
            if (install?.Script() is not { } next || !Installs(next, refresh.Name)
                || !MoveNextTo(draft, update, install) || !draft.Merge(update, install))
                return false;
        }

        draft.Answer(finding, draft.StepOf(finding.Layer)!);
        return true;
    }

    private static bool Installs(ShellScript script, string manager) =>
        script.Commands.Any(c => c.Name == manager && Installing.Contains(c.Verb));

    /// <summary>
    /// Variables, and where later commands run, do not matter to a refresh of the index that does nothing else.
    /// </summary>
    private static bool Commutes(ShellScript update, Step step) =>
        update.Commands.Count == 1 && step.Keyword is "ENV" or "ARG" or "WORKDIR";

    private static bool MoveNextTo(Draft draft, Step update, Step install)
    {
        if (update.User != install.User)
            return false;
        draft.MoveBefore(update, install);
        update.Directory = install.Directory;
        return true;
    }
}
