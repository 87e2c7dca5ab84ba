namespace ImageInsight.Data.Queue;

/// <summary>An analysis this worker holds the lease of.</summary>
/// <param name="ImageKey">Which image of its origin; null for the first analysis of an origin, which chooses.</param>
/// <param name="LeaseToken">Changes with every claim: a write with an older one does nothing and says so.</param>
public sealed record ClaimedAnalysis(Guid Id, string Name, ClaimedOrigin Origin, string? ImageKey, int Attempt, Guid LeaseToken);

/// <summary>Where the bytes of a claimed analysis are.</summary>
/// <param name="SpoolName">Of an upload; null else.</param>
/// <param name="Reference">Of a pull or push; null else.</param>
/// <param name="Protected">The login of a pull, encrypted.</param>
/// <param name="CredentialLost">It needs a login that is no longer kept.</param>
public sealed record ClaimedOrigin(
    Guid Id, string Source, string? SpoolName, string? Reference, string? Platform, Guid? CredentialId, byte[]? Protected, bool CredentialLost);
