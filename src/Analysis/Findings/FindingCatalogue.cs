namespace ImageInsight.Analysis.Findings;

/// <summary>What the rules look for, whether or not an image has it.</summary>
public static class FindingCatalogue
{
    /// <summary>Each has a page docs/findings/ID.md.</summary>
    public static IReadOnlyList<string> RuleIds { get; } = [.. FindingRules.All.Select(r => r.Id)];
}
