using ImageInsight.Analysis.References;
using ImageInsight.Data.Rows;

namespace ImageInsight.Data.Stores;

/// <summary>Queues analyses of references.</summary>
public sealed class PullStore(AnalysisStore analyses, TimeProvider time)
{
    /// <param name="name">What people call it: the reference as they know it.</param>
    public Task<Guid> EnqueueAsync(string name, PullRequest pull, CancellationToken cancellationToken)
    {
        var own = pull.Protected is null
            ? null
            : new CredentialRow
            {
                Id = pull.CredentialId!.Value,
                Registry = pull.Reference.Registry,
                Protected = pull.Protected,
                CreatedAt = time.GetUtcNow().UtcDateTime,
            };
        var origin = new OriginRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Reference = pull.Reference.ToString(),
            Platform = pull.Platform,
            CredentialId = pull.CredentialId,
            HadCredential = pull.CredentialId is not null,
            WatchId = pull.WatchId,
        };
        return analyses.EnqueueAsync(
            name,
            "pull",
            origin,
            db =>
            {
                if (own is not null)
                    db.Credentials.Add(own);
            },
            id: null,
            cancellationToken);
    }
}

/// <param name="Platform">A platform, <c>all</c>, or null for the service's own choice.</param>
/// <param name="CredentialId">A named one, or a new one for this pull alone.</param>
/// <param name="Protected">The new one, encrypted; null for a named one.</param>
public sealed record PullRequest(ImageReference Reference, string? Platform, Guid? CredentialId = null, byte[]? Protected = null, Guid? WatchId = null);
