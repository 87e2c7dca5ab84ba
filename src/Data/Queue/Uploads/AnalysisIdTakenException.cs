namespace ImageInsight.Data.Queue.Uploads;

/// <summary>An id that somebody chose for an analysis names another one already.</summary>
public sealed class AnalysisIdTakenException(Guid id, Exception? inner = null)
    : Exception($"There is an analysis {id} already.", inner);
