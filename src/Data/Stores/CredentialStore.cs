using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data.Stores;

/// <summary>
/// Named logins. They go in encrypted and are never given out but to the worker that pulls with them.
/// </summary>
public sealed class CredentialStore(Contexts contexts, TimeProvider time)
{
    public async Task<IReadOnlyList<NamedCredential>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Credentials.Where(c => c.Name != null).OrderBy(c => c.Name)
            .Select(c => new NamedCredential(c.Id, c.Name!, c.Registry, c.CreatedAt)).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task<NamedCredential?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Credentials.Where(c => c.Name == name)
            .Select(c => new NamedCredential(c.Id, c.Name!, c.Registry, c.CreatedAt))
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<byte[]?> ProtectedAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Credentials.Where(c => c.Id == id).Select(c => c.Protected)
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Replaces one of the same name.</summary>
    public async Task SaveAsync(
        Guid id, string name, string registry, byte[] encrypted, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var old = await db.Credentials.Where(c => c.Name == name).Select(c => (Guid?)c.Id)
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (old is not null)
            await db.Credentials.Where(c => c.Id == old)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.Name, (string?)null), cancellationToken)
                .ConfigureAwait(false);
        db.Credentials.Add(
            new CredentialRow
            {
                Id = id,
                Name = name,
                Registry = registry,
                Protected = encrypted,
                CreatedAt = time.GetUtcNow().UtcDateTime
            });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (old is not null)
        {
            // What waits for the old one takes the new one.
            await db.Origins.Where(o => o.CredentialId == old)
                .ExecuteUpdateAsync(s => s.SetProperty(o => o.CredentialId, id), cancellationToken)
                .ConfigureAwait(false);
            await db.Watches.Where(w => w.CredentialId == old)
                .ExecuteUpdateAsync(s => s.SetProperty(w => w.CredentialId, id), cancellationToken)
                .ConfigureAwait(false);
            await db.Credentials.Where(c => c.Id == old).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Credentials.Where(c => c.Name == name).ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false) > 0;
    }
}

/// <param name="Registry">The only registry that it is sent to.</param>
public sealed record NamedCredential(Guid Id, string Name, string Registry, DateTime CreatedAt);
