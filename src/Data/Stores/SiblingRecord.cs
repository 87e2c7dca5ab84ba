using ImageInsight.Data.Rows;

namespace ImageInsight.Data.Stores;

/// <summary>Another image of the same origin.</summary>
/// <param name="Platform">Null until it is done.</param>
public sealed record SiblingRecord(Guid Id, string Name, string? Platform, AnalysisState State);
