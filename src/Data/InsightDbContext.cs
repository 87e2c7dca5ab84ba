using ImageInsight.Data.Rows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ImageInsight.Data;

/// <summary>The model of both engines; each has a context of its own, so that each has its own migrations.</summary>
internal abstract class InsightDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<AnalysisRow> Analyses => Set<AnalysisRow>();

    public DbSet<OriginRow> Origins => Set<OriginRow>();

    public DbSet<CredentialRow> Credentials => Set<CredentialRow>();

    public DbSet<WatchRow> Watches => Set<WatchRow>();

    public DbSet<PushedBlobRow> PushedBlobs => Set<PushedBlobRow>();

    public DbSet<PushedManifestRow> PushedManifests => Set<PushedManifestRow>();

    public DbSet<PushedTagRow> PushedTags => Set<PushedTagRow>();

    public DbSet<ImageRow> Images => Set<ImageRow>();

    public DbSet<ImageLayerRow> ImageLayers => Set<ImageLayerRow>();

    public DbSet<LayerRow> Layers => Set<LayerRow>();

    public DbSet<LayerBlobRow> LayerBlobs => Set<LayerBlobRow>();

    public DbSet<LayerPieceRow> LayerPieces => Set<LayerPieceRow>();

    public DbSet<CapturePieceRow> CapturePieces => Set<CapturePieceRow>();

    public DbSet<SharePieceRow> SharePieces => Set<SharePieceRow>();

    public DbSet<PackageRow> Packages => Set<PackageRow>();

    public DbSet<FindingRow> Findings => Set<FindingRow>();

    public DbSet<ShareRow> Shares => Set<ShareRow>();

    public abstract bool IsPostgres { get; }

    /// <summary>All reads in it see the database at one moment.</summary>
    internal async Task<IDbContextTransaction> BeginReadAsync(CancellationToken cancellationToken)
    {
        if (IsPostgres)
            return await Database.BeginTransactionAsync(
                System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        // Deferred: any other kind takes the one writer's place for as long as the read goes on.
        await Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var connection = (SqliteConnection)Database.GetDbConnection();
        return (await Database.UseTransactionAsync(connection.BeginTransaction(deferred: true), cancellationToken)
            .ConfigureAwait(false))!;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(InsightDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite has no time type; ticks compare and sort as times do.
        if (!IsPostgres)
            configurationBuilder.Properties<DateTime>().HaveConversion<UtcTicksConverter>();
    }

    private sealed class UtcTicksConverter() : ValueConverter<DateTime, long>(
        time => time.Ticks, ticks => new DateTime(ticks, DateTimeKind.Utc));
}

internal sealed class PostgresInsightDbContext(DbContextOptions<PostgresInsightDbContext> options)
    : InsightDbContext(options)
{
    public override bool IsPostgres => true;
}

internal sealed class SqliteInsightDbContext(DbContextOptions<SqliteInsightDbContext> options)
    : InsightDbContext(options)
{
    public override bool IsPostgres => false;
}
