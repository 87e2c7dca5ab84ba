using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>What came along with the build context stays out of it by a .dockerignore.</summary>
internal sealed class IgnoreEdit : IEdit
{
    public bool TryApply(Draft draft, Finding finding) => finding.Remedy switch
    {
        Remedy.KeepOutOfContext remedy => KeepOut(draft, finding, remedy),
        Remedy.KeepSecretsOutOfContext remedy => KeepSecretsOut(draft, finding, remedy),
        Remedy.StoreOnce { Change: StoredChange.Metadata } => KeepInstalledOut(draft, finding),
        _ => false,
    };

    private static bool KeepOut(Draft draft, Finding finding, Remedy.KeepOutOfContext remedy)
    {
        if (draft.StepOf(finding.Layer) is not { IsCopy: true, IsFromStage: false } copy)
            return false;
        if (IsNamed(draft, copy, remedy.Names) || draft.Last.RunsAfter(copy, remedy.ReadBy)
            || IgnoreLines.For(draft, copy, finding, remedy.Names) is not { } lines)
            return false;
        foreach (var line in lines)
            draft.Ignore(line, finding);
        return true;
    }

    private static bool KeepSecretsOut(Draft draft, Finding finding, Remedy.KeepSecretsOutOfContext remedy)
    {
        if (draft.StepOf(finding.Layer) is not { IsCopy: true, IsFromStage: false } copy
            || finding.PathCount > finding.Paths.Count || copy.CopiedTo is not { } copied)
            return false;
        var names = remedy.Names;
        // A file that COPY names by itself must be in the context, or the build fails; of hashed sources only a
        // directory's is no such.
        var named = copied.Sources.Split(' ').Select(Paths.Name).ToHashSet(StringComparer.Ordinal);
        if (finding.Paths.Any(p => p.Path == copied.Path) || names.Any(named.Contains)
            || !CopiesTree(copy)
            || IsNamed(draft, copy, names) || IgnoreLines.For(draft, copy, finding, names) is not { } lines)
            return false;
        foreach (var line in lines)
            draft.Ignore(line, finding);
        return true;
    }

    /// <summary>A later RUN, or another COPY, asks for it by name: it must be in the context.</summary>
    private static bool IsNamed(Draft draft, Step copy, IReadOnlyList<string> names) =>
        names.Any(n => draft.Mentions.ByRunAfter(copy, n) || draft.Mentions.ByOtherCopy(copy, n));

    /// <summary>Installed on the host, copied, and installed again in the image: the same files twice.</summary>
    private static bool KeepInstalledOut(Draft draft, Finding finding)
    {
        if (draft.StepOf(finding.Layer) is not { IsRun: true } run || !Options.Runs(run, "npm", "pnpm", "yarn")
            || draft.Carriers(finding) is not { } carriers
            || !carriers.All(c => c is { IsCopy: true, IsFromStage: false })
            || !finding.Paths.All(p => p.Path.Contains("/node_modules/", StringComparison.Ordinal)))
            return false;
        draft.Ignore("**/node_modules", finding);
        return true;
    }

    private static bool CopiesTree(Step copy) => copy.CopiesTree ?? true;
}
