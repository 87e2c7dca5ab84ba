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
}
