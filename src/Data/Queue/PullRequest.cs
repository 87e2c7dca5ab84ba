using ImageInsight.Analysis.References;

namespace ImageInsight.Data.Queue;

/// <param name="Platform">A platform, <c>all</c>, or null for the service's own choice.</param>
/// <param name="CredentialId">A named one, or a new one for this pull alone.</param>
/// <param name="Protected">The new one, encrypted; null for a named one.</param>
public sealed record PullRequest(
    ImageReference Reference,
    string? Platform,
    Guid? CredentialId = null,
    byte[]? Protected = null,
    Guid? WatchId = null);
