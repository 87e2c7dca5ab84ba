namespace ImageInsight.Data.Rows;

/// <summary>A layer, once for all images that have it.</summary>
internal sealed class LayerRow
{
    public long Id { get; set; }

    public required string DiffId { get; set; }

    public int AnalyzerVersion { get; set; }

    public long TarBytes { get; set; }

    public long DiskBytes { get; set; }

    public int RecordCount { get; set; }

    /// <summary>
    /// When a reading last needed it: a layer that no image has is kept for a while, for the analysis that is about to.
    /// </summary>
    public DateTime StoredAt { get; set; }

    /// <summary>What is stored of it cannot be read; whoever reads the layer anew writes it anew.</summary>
    public bool Broken { get; set; }
}
