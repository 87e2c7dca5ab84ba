using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data;

/// <summary>Makes contexts of the engine that is configured, so that nobody else needs to know which.</summary>
public sealed class Contexts
{
    private readonly DbContextOptions<PostgresInsightDbContext>? postgres;
    private readonly DbContextOptions<SqliteInsightDbContext>? sqlite;

    public Contexts(string? postgresConnection, string sqliteFile)
    {
        if (!string.IsNullOrWhiteSpace(postgresConnection))
        {
            Connection = postgresConnection;
            postgres = ForPostgres(Connection);
        }
        else
        {
            // The timeout is also how long a writer waits for another one.
            Connection = $"Data Source={sqliteFile};Foreign Keys=True;Default Timeout=60";
            sqlite = ForSqlite(Connection);
        }
    }

    public bool IsPostgres => postgres is not null;

    internal string Connection { get; }

    /// <summary>Whether the database answers.</summary>
    public async Task<bool> CanConnectAsync(CancellationToken cancellationToken)
    {
        await using var db = CreateDbContext();
        return await db.Database.CanConnectAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static DbContextOptions<PostgresInsightDbContext> ForPostgres(string connection) =>
        new DbContextOptionsBuilder<PostgresInsightDbContext>()
            .UseNpgsql(connection, o => o.CommandTimeout(120)).UseSnakeCaseNamingConvention().Options;

    internal static DbContextOptions<SqliteInsightDbContext> ForSqlite(string connection) =>
        new DbContextOptionsBuilder<SqliteInsightDbContext>()
            .UseSqlite(connection).UseSnakeCaseNamingConvention().Options;

    internal InsightDbContext CreateDbContext() =>
        postgres is not null ? new PostgresInsightDbContext(postgres) : new SqliteInsightDbContext(sqlite!);
}
