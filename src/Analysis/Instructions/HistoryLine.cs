namespace ImageInsight.Analysis.Instructions;

/// <summary>A line of an image's history as its builder wrote it.</summary>
/// <param name="Created">A time in the form of RFC 3339; null or anything else for none.</param>
/// <param name="CreatedBy">The command, in the builder's own form.</param>
/// <param name="EmptyLayer">True when it made no layer.</param>
internal sealed record HistoryLine(string? Created, string? CreatedBy, bool EmptyLayer);
