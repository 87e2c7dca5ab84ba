namespace ImageInsight.Analysis.Instructions;

/// <summary>All that an image says of how it was built.</summary>
/// <param name="Settings">What instructions set, whether the history has these or not.</param>
public sealed record BuildRecord(IReadOnlyList<HistoryEntry> History, ImageSettings Settings);
