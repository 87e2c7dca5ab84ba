using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageInsight.Data.Configurations;

internal sealed class ImageConfiguration : IEntityTypeConfiguration<ImageRow>
{
    public void Configure(EntityTypeBuilder<ImageRow> builder)
    {
        builder.ToTable("images");
        builder.HasKey(i => i.AnalysisId);
        builder.HasIndex(i => i.ChainId);
        builder.HasIndex(i => i.Offers);
        builder.HasMany(i => i.Layers).WithOne().HasForeignKey(l => l.AnalysisId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ImageLayerConfiguration : IEntityTypeConfiguration<ImageLayerRow>
{
    public void Configure(EntityTypeBuilder<ImageLayerRow> builder)
    {
        builder.ToTable("image_layers");
        builder.HasKey(l => new { l.AnalysisId, l.Index });
        // index is reserved in SQL.
        builder.Property(l => l.Index).HasColumnName("position");
        // Restrict: a layer goes only when the deleting query has seen that nothing needs it.
        builder.HasOne(l => l.Layer).WithMany().HasForeignKey(l => l.LayerId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(l => l.Blob).WithMany().HasForeignKey(l => l.BlobId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class FindingConfiguration : IEntityTypeConfiguration<FindingRow>
{
    public void Configure(EntityTypeBuilder<FindingRow> builder)
    {
        builder.ToTable("findings");
        builder.HasKey(f => new { f.AnalysisId, f.Position });
        builder.HasOne<AnalysisRow>().WithMany().HasForeignKey(f => f.AnalysisId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PackageConfiguration : IEntityTypeConfiguration<PackageRow>
{
    public void Configure(EntityTypeBuilder<PackageRow> builder)
    {
        builder.ToTable("packages");
        builder.HasKey(p => new { p.AnalysisId, p.Position });
        builder.HasOne<AnalysisRow>().WithMany().HasForeignKey(p => p.AnalysisId).OnDelete(DeleteBehavior.Cascade);
        // Which images have it? Both are capped where they are written, so that a key fits a page.
        builder.HasIndex(p => new { p.Name, p.Version });
    }
}
