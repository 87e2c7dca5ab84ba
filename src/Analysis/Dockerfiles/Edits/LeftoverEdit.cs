using ImageInsight.Analysis.Dockerfiles.Indexes;
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
        var words = WordsFor(draft, finding, remedy);
        // Whoever names one of them later may read it.
        if (words.Count > MostPaths
            || words.Any(w => draft.Mentions.InTextAfter(step, Paths.Name(w.TrimEnd('*', '/', '\''))))
            || draft.Last.RunsAfter(step, remedy.ReadBy)
            || (remedy.AnyRunMayRead && draft.Last.Find("is a RUN", s => s.IsRun)?.Order > step.Order)
            || !Draft.RemoveAtEnd(step, words, words.All(IsCosmetic) ? IsCosmetic : null))
            return false;
        draft.Answer(finding, step);
        return true;
    }

    /// <summary>Logs and backups of databases: few bytes, for tidiness.</summary>
    private static bool IsCosmetic(string word) =>
        word.StartsWith("/var/log/", StringComparison.Ordinal) || Array.Exists(Patterns, p => p.Words == word);

    /// <summary>Words of <c>rm -rf</c> that remove what the finding has at and below the paths of its remedy.</summary>
    private static SortedSet<string> WordsFor(Draft draft, Finding finding, Remedy.RemoveFiles remedy)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        var paths = new PathSet(remedy.Paths);
        foreach (var path in finding.Paths.Select(p => p.Path))
        {
            draft.Work.Spend(path.Length);
            foreach (var top in paths.Around(path))
                // A folder that a COPY filled goes in no RUN: the bytes would stay.
                words.Add(PatternFor(path) ?? Paths.Word(draft.IsFilledByCopy(top) ? path : top));
        }

        return words;
    }

    private static string? PatternFor(string path) =>
        Array.Find(Patterns, p => Paths.IsIn(path, p.Folder)
            && path.EndsWith(p.Ending, StringComparison.Ordinal)).Words;
}
