namespace ImageInsight.Data.Stores;

/// <param name="After">Cursor of the next page, or null at the end.</param>
public sealed record AnalysisPage(IReadOnlyList<AnalysisRecord> Items, AnalysisCursor? After);
