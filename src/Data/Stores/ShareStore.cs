namespace ImageInsight.Data.Stores;

/// <summary>Links that show one analysis to whoever holds them.</summary>
public sealed class ShareStore
{
    /// <summary>Null when there is no such analysis. The token is told this once; only its hash is stored.</summary>
    public Task<CreatedShare?> CreateAsync(Guid analysisId, TimeSpan expiresIn, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Those that still work, newest first; null when there is no such analysis.</summary>
    public Task<IReadOnlyList<ShareRecord>?> ListAsync(Guid analysisId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>False when there is no such share.</summary>
    public Task<bool> RevokeAsync(Guid shareId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The share of a token, or null for a bad, revoked or expired one alike.</summary>
    public Task<OpenedShare?> OpenAsync(string token, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Whether a share opened before still works.</summary>
    public Task<bool> IsOpenAsync(Guid shareId, CancellationToken cancellationToken) => throw new NotImplementedException();
}

public sealed record CreatedShare(Guid Id, string Token, DateTime ExpiresAt);

public sealed record ShareRecord(Guid Id, DateTime CreatedAt, DateTime ExpiresAt);

public sealed record OpenedShare(Guid Id, Guid AnalysisId, DateTime ExpiresAt);
