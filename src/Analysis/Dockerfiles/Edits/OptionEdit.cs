using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>An option that keeps a package manager from installing what is only recommended.</summary>
internal sealed class OptionEdit : IEdit
{
    public bool Concerns(Finding finding) => finding.RuleId == "recommended-packages";

    public bool TryApply(Draft draft, Finding finding)
    {
        if (draft.Of(finding.Layer) is not { } step)
            return false;
        var done = Options.Insert(step, ["apt-get", "apt"], "install", "--no-install-recommends")
            | Options.Insert(step, ["dnf", "microdnf", "yum"], "install", "--setopt=install_weak_deps=False")
            | Options.Insert(step, ["zypper"], "install", "--no-recommends");
        if (done)
            draft.Answer(finding, step);
        return done;
    }
}
