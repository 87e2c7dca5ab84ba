using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Data;

public static class DataRegistration
{
    /// <summary>Registers the stores, the queue and the database: Postgres when a connection string is given, else SQLite.</summary>
    /// <param name="sqliteFile">Used when <paramref name="postgres"/> is empty; its folder is made when missing.</param>
    public static IServiceCollection AddInsightData(this IServiceCollection services, string? postgres, string sqliteFile) => throw new NotImplementedException();

    /// <summary>Applies pending migrations, once however many processes start together.</summary>
    public static Task MigrateInsightAsync(this IServiceProvider services, CancellationToken cancellationToken) => throw new NotImplementedException();
}
