namespace ImageInsight.Data.Rows;

/// <summary>A manifest or index that a client pushed, byte for byte.</summary>
internal sealed class PushedManifestRow
{
    public required string Repository { get; set; }

    public required string Digest { get; set; }

    public required string MediaType { get; set; }

    public required byte[] Bytes { get; set; }

    public DateTime UsedAt { get; set; }
}
