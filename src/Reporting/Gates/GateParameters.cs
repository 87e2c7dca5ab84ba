namespace ImageInsight.Reporting.Gates;

/// <summary>
/// The limits as somebody wrote them, each under the name that the API and the terminal give it; null is not asked for.
/// </summary>
public sealed record GateParameters(
    string? Of = null, string? MaxDisk = null, string? MaxPull = null, string? MaxWasted = null,
    string? MinEfficiency = null, string? FailOn = null, string? Confidence = null, string? Allow = null,
    string? Baseline = null, string? MaxGrowth = null, string? MaxPullGrowth = null);
