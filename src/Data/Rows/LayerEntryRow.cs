namespace ImageInsight.Data.Rows;

/// <summary>One record of a layer. Written and read in bulk, never tracked.</summary>
internal sealed class LayerEntryRow
{
    public long LayerId { get; set; }

    public int Ordinal { get; set; }

    public int Parent { get; set; }

    public short Kind { get; set; }

    /// <summary>The bytes the tar had: not every name is text.</summary>
    public required byte[] Name { get; set; }

    public long Size { get; set; }

    public int Mode { get; set; }

    public long Uid { get; set; }

    public long Gid { get; set; }

    public long Mtime { get; set; }

    public byte[]? ContentHash { get; set; }

    public long XattrHash { get; set; }

    public int DeviceMajor { get; set; }

    public int DeviceMinor { get; set; }

    public byte[]? LinkTarget { get; set; }
}
