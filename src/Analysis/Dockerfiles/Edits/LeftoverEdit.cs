using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>The RUN that leaves logs, temporary files, old package databases, archives or a clone's history behind removes them.</summary>
internal sealed class LeftoverEdit : IEdit
{
    private const int MostPaths = 8;

    /// <summary>Written down as patterns: which of them are there differs from build to build.</summary>
    private static readonly (string Folder, string Ending, string Words)[] Patterns =
    [
        ("/var/cache/debconf", "-old", "/var/cache/debconf/*-old"),
        ("/var/lib/dpkg", "-old", "/var/lib/dpkg/*-old"),
        ("/var/backups", "", "/var/backups/*"),
        ("/var/log/apt", "", "/var/log/apt/*"),
    ];

    public bool Concerns(Finding finding) => finding.RuleId is "temporary-files" or "package-backups" or "leftover-archives" or "version-control";

    public bool TryApply(Draft draft, Finding finding)
    {
        if (draft.Of(finding.Layer) is not { IsRun: true } step || step.User is not ("" or "root" or "0" or "root:root" or "0:0")
            || finding.Paths.Count == 0 || finding.PathCount > finding.Paths.Count || draft.Carriers(finding) is not [var carrier] || carrier != step)
            return false;
        var words = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in finding.Paths.Select(p => p.Path))
        {
            var pattern = Array.Find(Patterns, p => Paths.IsIn(path, p.Folder) && path.EndsWith(p.Ending, StringComparison.Ordinal)).Words;
            // A folder that a COPY filled goes in no RUN: the bytes would stay.
            var top = TopOf(finding, path);
            words.Add(pattern ?? Paths.Word(draft.Steps.Any(s => CopiedTo.Of(s) is { } copied && (Paths.IsIn(copied.Path, top) || Paths.IsIn(top, copied.Path))) ? path : top));
        }

        // Whoever names one of them later may read it; a repository is read by git.
        var later = draft.After(step).Where(s => s.IsRun || s.Keyword is "CMD" or "ENTRYPOINT").ToList();
        if (words.Count > MostPaths || later.Exists(s => words.Any(w => s.Text.Contains(Paths.Name(w.TrimEnd('*', '/', '\'')), StringComparison.Ordinal)))
            || (finding.RuleId == "version-control" && later.Exists(s => Options.Runs(s, "git", "svn", "hg", "bzr", "go", "npm", "make")))
            || (finding.Id.StartsWith("temporary-files-tmp", StringComparison.Ordinal) && later.Exists(s => s.IsRun))
            || !Draft.RemoveAtEnd(step, words))
            return false;
        draft.Answer(finding, step);
        return true;
    }

    // /tmp/build/a/b goes with all of /tmp/build, /src/app/.git/objects/00 with all of .git.
    private static string TopOf(Finding finding, string path)
    {
        string[] folders = finding.RuleId == "version-control" ? ["/.git/", "/.svn/", "/.hg/", "/.bzr/"] : [];
        foreach (var folder in folders)
            if (path.IndexOf(folder, StringComparison.Ordinal) is >= 0 and var at)
                return path[..(at + folder.Length - 1)];
        foreach (var folder in (string[])["/tmp/", "/var/tmp/"])
            if (path.StartsWith(folder, StringComparison.Ordinal) && path.IndexOf('/', folder.Length) is > 0 and var end)
                return path[..end];
        return path;
    }
}
