using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageInsight.Data.Configurations;

internal sealed class PushedBlobConfiguration : IEntityTypeConfiguration<PushedBlobRow>
{
    public void Configure(EntityTypeBuilder<PushedBlobRow> builder)
    {
        builder.ToTable("pushed_blobs");
        builder.HasKey(b => b.Digest);
        builder.HasIndex(b => b.UsedAt);
    }
}

internal sealed class PushedManifestConfiguration : IEntityTypeConfiguration<PushedManifestRow>
{
    public void Configure(EntityTypeBuilder<PushedManifestRow> builder)
    {
        builder.ToTable("pushed_manifests");
        builder.HasKey(m => new { m.Repository, m.Digest });
    }
}

internal sealed class PushedTagConfiguration : IEntityTypeConfiguration<PushedTagRow>
{
    public void Configure(EntityTypeBuilder<PushedTagRow> builder)
    {
        builder.ToTable("pushed_tags");
        builder.HasKey(t => new { t.Repository, t.Tag });
    }
}
