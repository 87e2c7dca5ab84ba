namespace ImageInsight.Data.Rows;

/// <summary>A form in which a layer arrived: raw, gzip or zstd, each with its own cost.</summary>
internal sealed class LayerBlobRow
{
    public long Id { get; set; }

    public long LayerId { get; set; }

    public required string Digest { get; set; }

    public required string MediaType { get; set; }

    public long Size { get; set; }

    public long PullBytes { get; set; }

    public bool PullEstimated { get; set; }

    /// <summary>As of the layer.</summary>
    public DateTime StoredAt { get; set; }

    public LayerRow Layer { get; set; } = null!;
}
