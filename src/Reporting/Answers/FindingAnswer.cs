using ImageInsight.Analysis.Findings;

namespace ImageInsight.Reporting.Answers;

/// <param name="Severity">low, medium or high.</param>
/// <param name="Confidence">How sure it is that no container needs what can go: safe, probable or maybe (certain,
/// likely and unsure on pages).</param>
/// <param name="PathCount">All paths it concerns; paths holds the biggest, at most 1,000, and fewer where many
/// findings have long ones. The rest is paged by <c>/findings/{id}/paths</c>.</param>
/// <param name="Evidence">The same paths with their bytes, the layer that carries them and the one that hid
/// them.</param>
/// <param name="KnownAs">What other tools call it: rule ids of hadolint (DL), dockle (DKL, CIS) and Sonar (S).</param>
/// <param name="Docs">Path of the page that says what it means, how to fix it and when not to.</param>
public sealed record FindingAnswer(
    string Id, string RuleId, string Title, string Severity, string Confidence, long DiskBytes, long PullBytes,
    int? Layer, string? Instruction,
    int PathCount, IReadOnlyList<string> Paths, IReadOnlyList<Evidence> Evidence, Fix Fix,
    IReadOnlyList<string> KnownAs, string Docs)
{
    /// <summary>Characters of all paths of one answer, as JSON: it is held while it is sent.</summary>
    private const int MaxPathText = 8_000_000;

    /// <summary>What stands around a path, which stands there twice.</summary>
    private const int TextPerPath = 80;

    /// <summary>All findings of an image; together their paths stay within what one answer may have.</summary>
    public static IReadOnlyList<FindingAnswer> FromFindings(IReadOnlyList<Finding> findings)
    {
        var answers = new List<FindingAnswer>(findings.Count);
        var room = MaxPathText;
        for (var i = 0; i < findings.Count; i++)
        {
            // What one does not need is left to those behind it.
            var share = room / (findings.Count - i);
            var (count, used) = (0, 0);
            foreach (var path in findings[i].Paths)
            {
                var more = used + TextPerPath + (2 * JsonLength.Measure(path.Path));
                if (more > share)
                    break;
                used = more;
                count++;
            }

            room -= used;
            answers.Add(FromFinding(findings[i], count));
        }

        return answers;
    }

    private static FindingAnswer FromFinding(Finding f, int paths) => new(
        f.Id, f.RuleId, f.Title, f.Severity.ToString().ToLowerInvariant(), f.Confidence.ToString().ToLowerInvariant(),
        f.DiskBytes, f.PullBytes,
        f.Layer, f.Instruction, f.PathCount, [.. f.Paths.Take(paths).Select(p => p.Path)], [.. f.Paths.Take(paths)],
        f.Fix, f.KnownAs, $"/docs/findings/{f.RuleId}");
}
