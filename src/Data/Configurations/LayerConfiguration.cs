using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageInsight.Data.Configurations;

internal sealed class LayerConfiguration : IEntityTypeConfiguration<LayerRow>
{
    public void Configure(EntityTypeBuilder<LayerRow> builder)
    {
        builder.ToTable("layers");
        builder.HasKey(l => l.Id);
        builder.HasIndex(l => new { l.DiffId, l.AnalyzerVersion }).IsUnique();
    }
}

internal sealed class LayerBlobConfiguration : IEntityTypeConfiguration<LayerBlobRow>
{
    public void Configure(EntityTypeBuilder<LayerBlobRow> builder)
    {
        builder.ToTable("layer_blobs");
        builder.HasKey(b => b.Id);
        builder.HasIndex(b => new { b.LayerId, b.Digest, b.MediaType }).IsUnique();
        builder.HasOne(b => b.Layer).WithMany().HasForeignKey(b => b.LayerId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class LayerEntryConfiguration : IEntityTypeConfiguration<LayerEntryRow>
{
    public void Configure(EntityTypeBuilder<LayerEntryRow> builder)
    {
        builder.ToTable("layer_entries");
        builder.HasKey(e => new { e.LayerId, e.Ordinal });
        builder.HasOne<LayerRow>().WithMany().HasForeignKey(e => e.LayerId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class LayerCaptureConfiguration : IEntityTypeConfiguration<LayerCaptureRow>
{
    public void Configure(EntityTypeBuilder<LayerCaptureRow> builder)
    {
        builder.ToTable("layer_captures");
        builder.HasKey(c => new { c.LayerId, c.Ordinal });
        builder.HasOne<LayerRow>().WithMany().HasForeignKey(c => c.LayerId).OnDelete(DeleteBehavior.Cascade);
    }
}
