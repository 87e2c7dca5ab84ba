using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageInsight.Data.Configurations;

internal sealed class AnalysisConfiguration : IEntityTypeConfiguration<AnalysisRow>
{
    public void Configure(EntityTypeBuilder<AnalysisRow> builder)
    {
        builder.ToTable("analyses");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        // Claiming looks for the oldest that is due; the list shows the newest first.
        builder.HasIndex(a => new { a.State, a.NotBefore });
        builder.HasIndex(a => new { a.CreatedAt, a.Id });
        // A sibling is queued once, however often its origin is read.
        builder.HasIndex(a => new { a.OriginId, a.ImageKey, a.Reading }).IsUnique();
        builder.HasOne(a => a.Origin).WithMany().HasForeignKey(a => a.OriginId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(a => a.Image).WithOne().HasForeignKey<ImageRow>(i => i.AnalysisId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ShareConfiguration : IEntityTypeConfiguration<ShareRow>
{
    public void Configure(EntityTypeBuilder<ShareRow> builder)
    {
        builder.ToTable("shares");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.HasIndex(s => s.TokenHash).IsUnique();
        builder.HasOne<AnalysisRow>().WithMany().HasForeignKey(s => s.AnalysisId).OnDelete(DeleteBehavior.Cascade);
    }
}
