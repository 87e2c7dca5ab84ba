using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageInsight.Data.Configurations;

internal sealed class OriginConfiguration : IEntityTypeConfiguration<OriginRow>
{
    public void Configure(EntityTypeBuilder<OriginRow> builder)
    {
        builder.ToTable("origins");
        builder.HasKey(o => o.Id);
        builder.Property(o => o.Id).ValueGeneratedNever();
        builder.HasIndex(o => o.SpoolName).IsUnique();
        // A deleted credential or watch leaves the analyses that came of it.
        builder.HasOne<CredentialRow>().WithMany().HasForeignKey(o => o.CredentialId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne<WatchRow>().WithMany().HasForeignKey(o => o.WatchId).OnDelete(DeleteBehavior.SetNull);
    }
}

internal sealed class CredentialConfiguration : IEntityTypeConfiguration<CredentialRow>
{
    public void Configure(EntityTypeBuilder<CredentialRow> builder)
    {
        builder.ToTable("credentials");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.HasIndex(c => c.Name).IsUnique();
    }
}

internal sealed class WatchConfiguration : IEntityTypeConfiguration<WatchRow>
{
    public void Configure(EntityTypeBuilder<WatchRow> builder)
    {
        builder.ToTable("watches");
        builder.HasKey(w => w.Id);
        builder.Property(w => w.Id).ValueGeneratedNever();
        builder.HasIndex(w => w.NextAt);
        builder.HasOne<CredentialRow>().WithMany().HasForeignKey(w => w.CredentialId).OnDelete(DeleteBehavior.SetNull);
    }
}
