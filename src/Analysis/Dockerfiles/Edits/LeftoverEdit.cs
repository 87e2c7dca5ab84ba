using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>
/// The RUN that leaves logs, temporary files, old package databases, archives or a clone's history behind removes them.
/// </summary>
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

    public bool TryApply(Draft draft, Finding finding)
    {
        if (finding.Remedy is not Remedy.RemoveFiles remedy || draft.StepOf(finding.Layer) is not { IsRun: true } step
            || step.User is not ("" or "root" or "0" or "root:root" or "0:0")
            || finding.Paths.Count == 0 || finding.PathCount > finding.Paths.Count
            || draft.Carriers(finding) is not [var carrier] || carrier != step)
            return false;
        var words = new SortedSet<string>(
            remedy.Paths.SelectMany(p => WordsFor(draft, finding, p)), StringComparer.Ordinal);
        // Whoever names one of them later may read it.
        var later = draft.After(step).Where(s => s.IsRun || s.Keyword is "CMD" or "ENTRYPOINT").ToList();
        if (words.Count > MostPaths
            || later.Exists(
                s => words.Any(w => s.Text.Contains(Paths.Name(w.TrimEnd('*', '/', '\'')), StringComparison.Ordinal)))
            || later.Exists(s => Options.Runs(s, [.. remedy.ReadBy]))
            || (remedy.AnyRunMayRead && later.Exists(s => s.IsRun))
            || !Draft.RemoveAtEnd(step, words))
            return false;
        draft.Answer(finding, step);
        return true;
    }

    /// <summary>Words of <c>rm -rf</c> that remove what the finding has at and below a path.</summary>
    private static IEnumerable<string> WordsFor(Draft draft, Finding finding, string path)
    {
        // A folder that a COPY filled goes in no RUN: the bytes would stay.
        var isShared = draft.Steps.Any(s => CopiedTo.Parse(s) is { } copied
            && (Paths.IsIn(copied.Path, path) || Paths.IsIn(path, copied.Path)));
        return finding.Paths.Select(p => p.Path).Where(p => Paths.IsIn(p, path))
            .Select(p => PatternFor(p) ?? Paths.Word(isShared ? p : path));
    }

    private static string? PatternFor(string path) =>
        Array.Find(Patterns, p => Paths.IsIn(path, p.Folder)
            && path.EndsWith(p.Ending, StringComparison.Ordinal)).Words;
}
