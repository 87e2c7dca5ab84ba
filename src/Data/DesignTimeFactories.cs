using Microsoft.EntityFrameworkCore.Design;

namespace ImageInsight.Data;

// For `dotnet ef migrations add` only; neither connects.
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresInsightDbContext>
{
    public PostgresInsightDbContext CreateDbContext(string[] args) => new(Contexts.ForPostgres("Host=127.0.0.1"));
}

internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteInsightDbContext>
{
    public SqliteInsightDbContext CreateDbContext(string[] args) => new(Contexts.ForSqlite("Data Source=design.db"));
}
