using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Queue.Uploads;
using ImageInsight.Data.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageInsight.Data;

public static class DataRegistration
{
    /// <summary>
    /// Registers the stores, the queue and the database: Postgres when a connection string is given, else SQLite.
    /// </summary>
    /// <param name="sqliteFile">Used when <paramref name="postgres"/> is empty; its folder is made when
    /// missing.</param>
    /// <param name="layerCacheBytes">For <see cref="RecentLayers"/>.</param>
    /// <param name="maxIdleTransaction">For <see cref="Contexts"/>.</param>
    public static IServiceCollection AddInsightData(
        this IServiceCollection services, string? postgres, string sqliteFile, long layerCacheBytes = 128L << 20,
        TimeSpan maxIdleTransaction = default)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<QueueOptions>();
        return services
            .AddSingleton(new Contexts(postgres, sqliteFile, maxIdleTransaction))
            .AddSingleton<WorkSignal>()
            .AddSingleton(new RecentLayers(layerCacheBytes))
            .AddSingleton<LayerWriter>()
            .AddSingleton<AnalysisQueue>()
            .AddSingleton<AnalysisIntake>()
            .AddSingleton<IncomingUploads>()
            .AddSingleton<AnalysisControl>()
            .AddSingleton<AnalysisStore>()
            .AddSingleton<LayerStore>()
            .AddSingleton<BaseStore>()
            .AddSingleton<CredentialStore>()
            .AddSingleton<WatchStore>()
            .AddSingleton<PushStore>()
            .AddSingleton<SpoolStore>()
            .AddSingleton<ShareStore>();
    }

    /// <summary>
    /// Applies pending migrations, once however many processes start together (EF takes a lock in the database).
    /// </summary>
    public static async Task MigrateInsightAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var db = services.GetRequiredService<Contexts>().CreateDbContext();
        if (!db.IsPostgres)
        {
            var file = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(
                db.Database.GetConnectionString()).DataSource;
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
                Directory.CreateDirectory(folder);
        }

        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        // Readers go on while an analysis is written. The mode is kept in the file.
        if (!db.IsPostgres)
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken).ConfigureAwait(false);
    }
}
