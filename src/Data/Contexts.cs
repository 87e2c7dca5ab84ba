using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ImageInsight.Data;

/// <summary>Makes contexts of the engine that is configured, so that nobody else needs to know which.</summary>
public sealed class Contexts
{
    private readonly DbContextOptions<PostgresInsightDbContext>? postgres;
    private readonly DbContextOptions<SqliteInsightDbContext>? sqlite;

    /// <param name="maxIdleTransaction">After which Postgres ends the session of a worker that is frozen inside of a
    /// transaction and with it its locks; zero leaves that to the server.</param>
    public Contexts(string? postgresConnection, string sqliteFile, TimeSpan maxIdleTransaction = default)
    {
        if (!string.IsNullOrWhiteSpace(postgresConnection))
        {
            Connection = maxIdleTransaction == default
                ? postgresConnection
                : WithIdleLimit(postgresConnection, maxIdleTransaction);
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

    /// <summary>Before the options that somebody gave: of two the later one counts.</summary>
    private static string WithIdleLimit(string connection, TimeSpan limit)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection);
        var milliseconds = (long)limit.TotalMilliseconds;
        // Npgsql asks the variable only when the connection string has none.
        var given = builder.Options ?? Environment.GetEnvironmentVariable("PGOPTIONS");
        builder.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"-c idle_in_transaction_session_timeout={milliseconds} {given}").TrimEnd();
        return builder.ConnectionString;
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
