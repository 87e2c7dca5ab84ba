namespace ImageInsight.Data.Entities;

/// <summary>Bytes that somebody sent; they may be gone from the spool while the analyses of them stay.</summary>
public sealed class UploadRow
{
    public Guid Id { get; set; }

    public required string SpoolName { get; set; }

    public required string Sha256 { get; set; }

    public long Bytes { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? DroppedAt { get; set; }
}
