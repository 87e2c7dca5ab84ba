using ImageInsight.Data.Rows;
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

    public DbSet<LayerEntryRow> LayerEntries => Set<LayerEntryRow>();

    public DbSet<PackageRow> Packages => Set<PackageRow>();

    public DbSet<LayerCaptureRow> LayerCaptures => Set<LayerCaptureRow>();

    public DbSet<FindingRow> Findings => Set<FindingRow>();

    public DbSet<ShareRow> Shares => Set<ShareRow>();

    public abstract bool IsPostgres { get; }

    /// <summary>All reads in it see the database at one moment.</summary>
    internal Task<IDbContextTransaction> BeginReadAsync(CancellationToken cancellationToken) =>
        Database.BeginTransactionAsync(
        IsPostgres ? System.Data.IsolationLevel.RepeatableRead : System.Data.IsolationLevel.Serializable,
        cancellationToken);

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
