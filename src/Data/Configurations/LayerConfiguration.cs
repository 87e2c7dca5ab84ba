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

internal abstract class PieceConfiguration<TPiece, TOwner>(string table, string owner)
    : IEntityTypeConfiguration<TPiece>
    where TPiece : PieceRow
    where TOwner : class
{
    public void Configure(EntityTypeBuilder<TPiece> builder)
    {
        builder.ToTable(table);
        builder.HasKey(p => new { p.OwnerId, p.Position });
        builder.Property(p => p.OwnerId).HasColumnName(owner);
        builder.HasOne<TOwner>().WithMany().HasForeignKey(p => p.OwnerId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class LayerPieceConfiguration()
    : PieceConfiguration<LayerPieceRow, LayerRow>("layer_pieces", "layer_id");

internal sealed class CapturePieceConfiguration()
    : PieceConfiguration<CapturePieceRow, LayerRow>("capture_pieces", "layer_id");

internal sealed class SharePieceConfiguration()
    : PieceConfiguration<SharePieceRow, LayerBlobRow>("share_pieces", "blob_id");
