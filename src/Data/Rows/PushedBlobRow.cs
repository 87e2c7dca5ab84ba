namespace ImageInsight.Data.Rows;

/// <summary>A blob that a client pushed; its bytes are in the spool until nothing has used them for a while.</summary>
internal sealed class PushedBlobRow
{
    public required string Digest { get; set; }

    public required string SpoolName { get; set; }

    public long Bytes { get; set; }

    public DateTime UsedAt { get; set; }
}
