namespace ImageInsight.Data.Queue;

/// <param name="SpoolName">The file's name in the spool, made by the server.</param>
/// <param name="AnalysisId">Chosen by the sender; null for one of the service's own.</param>
public sealed record SpooledUpload(string SpoolName, long Bytes, Guid? AnalysisId = null);
