using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Stores;

/// <summary>Links that show one analysis to whoever holds them.</summary>
public sealed class ShareStore(Contexts contexts, TimeProvider time)
{
    /// <summary>256 bits: nobody guesses one, so a plain hash of it is enough.</summary>
    private const int TokenBytes = 32;

    /// <summary>Null when there is no such analysis. The token is told this once; only its hash is stored.</summary>
    public async Task<CreatedShare?> CreateAsync(
        Guid analysisId, TimeSpan expiresIn, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        if (!await db.Analyses.AnyAsync(a => a.Id == analysisId, cancellationToken).ConfigureAwait(false))
            return null;
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var now = Now();
        var row = new ShareRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            AnalysisId = analysisId,
            TokenHash = Hash(token),
            CreatedAt = now,
            ExpiresAt = now + expiresIn,
        };
        db.Shares.Add(row);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return new CreatedShare(row.Id, token, row.ExpiresAt);
    }

    /// <summary>Those that still work, newest first; null when there is no such analysis.</summary>
    public async Task<IReadOnlyList<ShareRecord>?> ListAsync(Guid analysisId, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        if (!await db.Analyses.AnyAsync(a => a.Id == analysisId, cancellationToken).ConfigureAwait(false))
            return null;
        var now = Now();
        return await db.Shares.Where(s => s.AnalysisId == analysisId && s.ExpiresAt > now)
            .OrderByDescending(s => s.CreatedAt)
            .Select(s => new ShareRecord(s.Id, s.CreatedAt, s.ExpiresAt)).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>False when there is no such share.</summary>
    public async Task<bool> RevokeAsync(Guid shareId, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Shares.Where(s => s.Id == shareId).ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false) > 0;
    }

    /// <summary>The share of a token, or null for a bad, revoked or expired one alike.</summary>
    public async Task<OpenedShare?> OpenAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Hash(token);
        var now = Now();
        await using var db = contexts.CreateDbContext();
        return await db.Shares.Where(s => s.TokenHash == hash && s.ExpiresAt > now)
            .Select(s => new OpenedShare(s.Id, s.AnalysisId, s.ExpiresAt)).SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Whether a share opened before still works.</summary>
    public async Task<bool> IsOpenAsync(Guid shareId, CancellationToken cancellationToken)
    {
        var now = Now();
        await using var db = contexts.CreateDbContext();
        return await db.Shares.AnyAsync(
            s => s.Id == shareId && s.ExpiresAt > now, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private DateTime Now() => time.GetUtcNow().UtcDateTime;
}

public sealed record CreatedShare(Guid Id, string Token, DateTime ExpiresAt);

public sealed record ShareRecord(Guid Id, DateTime CreatedAt, DateTime ExpiresAt);

public sealed record OpenedShare(Guid Id, Guid AnalysisId, DateTime ExpiresAt);
