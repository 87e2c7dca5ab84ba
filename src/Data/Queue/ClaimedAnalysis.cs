namespace ImageInsight.Data.Queue;

/// <summary>An analysis this worker holds the lease of.</summary>
/// <param name="ImageKey">Which image of its origin; null for the first analysis of an origin, which chooses.</param>
/// <param name="ListedIn">Digest of the index that lists that image, where it came from one.</param>
/// <param name="LeaseToken">Changes with every claim: a write with an older one does nothing and says so.</param>
public sealed record ClaimedAnalysis(
    Guid Id, string Name, ImageOrigin Origin, string? ImageKey, string? ListedIn, int Attempt, Guid LeaseToken);
