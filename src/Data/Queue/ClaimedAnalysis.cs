namespace ImageInsight.Data.Queue;

/// <summary>An analysis this worker holds the lease of.</summary>
/// <param name="ImageKey">Which image of the archive; null for the first analysis of an upload, which chooses.</param>
/// <param name="LeaseToken">Changes with every claim: a write with an older one does nothing and says so.</param>
public sealed record ClaimedAnalysis(Guid Id, string Name, Guid UploadId, string SpoolName, string? ImageKey, int Attempt, Guid LeaseToken);
