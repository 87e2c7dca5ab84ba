using Microsoft.EntityFrameworkCore;

namespace ImageInsight.Data;

/// <summary>Makes contexts of the engine that is configured, so that nobody else needs to know which.</summary>
public sealed class Contexts : IDbContextFactory<InsightDbContext>
{
    private readonly DbContextOptions<PostgresInsightDbContext>? postgres;
    private readonly DbContextOptions<SqliteInsightDbContext>? sqlite;

    public Contexts(string? postgresConnection, string sqliteFile)
    {
        if (!string.IsNullOrWhiteSpace(postgresConnection))
        {
            Connection = postgresConnection;
            postgres = new DbContextOptionsBuilder<PostgresInsightDbContext>()
                .UseNpgsql(postgresConnection, o => o.CommandTimeout(120)).Options;
        }
        else
        {
            // The timeout is also how long a writer waits for another one.
            Connection = $"Data Source={sqliteFile};Foreign Keys=True;Default Timeout=60";
            sqlite = new DbContextOptionsBuilder<SqliteInsightDbContext>().UseSqlite(Connection).Options;
        }
    }

    public bool IsPostgres => postgres is not null;

    internal string Connection { get; }

    public InsightDbContext CreateDbContext() =>
        postgres is not null ? new PostgresInsightDbContext(postgres) : new SqliteInsightDbContext(sqlite!);
}
