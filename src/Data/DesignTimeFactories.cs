using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ImageInsight.Data;

// For `dotnet ef migrations add` only; neither connects.
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresInsightDbContext>
{
    public PostgresInsightDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresInsightDbContext>().UseNpgsql("Host=127.0.0.1").Options);
}

internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteInsightDbContext>
{
    public SqliteInsightDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteInsightDbContext>().UseSqlite("Data Source=design.db").Options);
}
