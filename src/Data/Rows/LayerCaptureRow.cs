namespace ImageInsight.Data.Rows;

/// <summary>
/// What was kept of a file of a layer for the catalogues of packages. Written and read in bulk, never tracked.
/// </summary>
internal sealed class LayerCaptureRow
{
    public long LayerId { get; set; }

    public int Ordinal { get; set; }

    public short Kind { get; set; }

    /// <summary>Length once unpacked.</summary>
    public int Size { get; set; }

    /// <summary>zstd where that is smaller than the bytes themselves.</summary>
    public required byte[] Content { get; set; }
}
