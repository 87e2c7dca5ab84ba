using ImageInsight.Analysis.Findings;

namespace ImageInsight.Reporting.Answers;

/// <param name="Severity">low, medium or high.</param>
/// <param name="Confidence">How sure it is that no container needs what can go: safe, probable or maybe (certain,
/// likely and unsure on pages).</param>
/// <param name="PathCount">All paths it concerns; paths holds the biggest, at most 1,000.</param>
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
    public static FindingAnswer FromFinding(Finding f) => new(
        f.Id, f.RuleId, f.Title, f.Severity.ToString().ToLowerInvariant(), f.Confidence.ToString().ToLowerInvariant(),
        f.DiskBytes, f.PullBytes,
        f.Layer, f.Instruction, f.PathCount, [.. f.Paths.Select(p => p.Path)], f.Paths, f.Fix,
        f.KnownAs, $"/docs/findings/{f.RuleId}");
}
