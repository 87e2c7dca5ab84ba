namespace ImageInsight.Analysis.Findings;

/// <summary>What a rule says of some bytes; figures, severity and instruction follow from them.</summary>
/// <param name="Layer">The layer whose instruction is to be changed.</param>
internal sealed record NewFinding(
    string RuleId, string Title, Confidence Confidence, int Layer, EvidenceList Evidence, Fix Fix)
{
    /// <summary>Part of the id, where a rule may have several findings of one layer.</summary>
    public string Key { get; init; } = "";

    public Remedy? Remedy { get; init; }

    public string[] KnownAs { get; init; } = [];
}
