using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>What came along with the build context stays out of it by a .dockerignore.</summary>
internal sealed class IgnoreEdit : IEdit
{
    public bool Concerns(Finding finding) => finding.RuleId is "version-control" or "local-files" or "secret-file" or "metadata-copy";

    public bool TryApply(Draft draft, Finding finding) => finding.RuleId switch
    {
        "metadata-copy" => InstalledAgain(draft, finding),
        "secret-file" => Secrets(draft, finding),
        _ => Listed(draft, finding),
    };

    /// <summary>The fix lists the patterns itself.</summary>
    private static bool Listed(Draft draft, Finding finding)
    {
        if (draft.Of(finding.Layer) is not { IsCopy: true } copy || FromStage(copy))
            return false;
        var lines = finding.Fix.Snippet.Split('\n').Where(l => l.Length > 0 && l[0] != '#').ToList();
        foreach (var line in lines)
            draft.Ignore(line, finding);
        return lines.Count > 0;
    }

    private static bool Secrets(Draft draft, Finding finding)
    {
        if (draft.Of(finding.Layer) is not { IsCopy: true } copy || FromStage(copy) || finding.PathCount > finding.Paths.Count || CopiedTo.Of(copy) is not { } copied)
            return false;
        var names = finding.Paths.Select(p => Paths.Name(p.Path)).Distinct().ToList();
        // A file that COPY names by itself must be in the context, or the build fails; of hashed sources only a directory's is no such.
        var named = copied.Sources.Split(' ');
        if (finding.Paths.Any(p => p.Path == copied.Path) || names.Exists(n => named.Any(s => Paths.Name(s) == n)) || !CopiesTree(copy))
            return false;
        foreach (var name in names)
            draft.Ignore("**/" + name, finding);
        return true;
    }

    /// <summary>Installed on the host, copied, and installed again in the image: the same files twice.</summary>
    private static bool InstalledAgain(Draft draft, Finding finding)
    {
        if (draft.Of(finding.Layer) is not { IsRun: true } run || !Options.Runs(run, "npm", "pnpm", "yarn")
            || draft.Carriers(finding) is not { } carriers || !carriers.All(c => c.IsCopy && !FromStage(c))
            || !finding.Paths.All(p => p.Path.Contains("/node_modules/", StringComparison.Ordinal)))
            return false;
        draft.Ignore("**/node_modules", finding);
        return true;
    }

    private static bool CopiesTree(Step copy) => copy.CopiesTree ?? true;

    private static bool FromStage(Step copy) => copy.Options.Exists(o => o.StartsWith("--from=", StringComparison.Ordinal));
}
