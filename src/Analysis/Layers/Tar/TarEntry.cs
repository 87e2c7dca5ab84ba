namespace ImageInsight.Analysis.Layers.Tar;

/// <summary>
/// The record a <see cref="TarReader"/> stands at. One instance is used again for every record, so that reading
/// allocates nothing: take what is needed before moving on.
/// </summary>
internal sealed class TarEntry
{
    private byte[] name = new byte[512];
    private byte[] link = new byte[512];

    /// <summary>As the tar states it, after PAX, L and prefix; not normalised.</summary>
    public ReadOnlySpan<byte> Name => name.AsSpan(0, NameLength);

    public ReadOnlySpan<byte> LinkName => link.AsSpan(0, LinkLength);

    public byte TypeFlag { get; internal set; }

    public EntryKind Kind { get; internal set; }

    /// <summary>Bytes of the body in the tar.</summary>
    public long StoredSize { get; internal set; }

    /// <summary>The file's size; differs from <see cref="StoredSize"/> only for a sparse file.</summary>
    public long Size { get; internal set; }

    /// <summary>Hash of a sparse map that stands in the headers; 0 when there is none.</summary>
    public ulong SparseMapHash { get; internal set; }

    public bool Sparse { get; internal set; }

    public int Mode { get; internal set; }

    public long Uid { get; internal set; }

    public long Gid { get; internal set; }

    public long Mtime { get; internal set; }

    public int DeviceMajor { get; internal set; }

    public int DeviceMinor { get; internal set; }

    public ulong XattrHash { get; internal set; }

    /// <summary>Offset of the first block that belongs to this record, extension headers included.</summary>
    public long Start { get; internal set; }

    private int NameLength { get; set; }

    private int LinkLength { get; set; }

    internal void SetName(ReadOnlySpan<byte> value)
    {
        if (name.Length < value.Length)
            name = new byte[value.Length * 2];
        value.CopyTo(name);
        NameLength = value.Length;
    }

    /// <summary>ustar keeps a long name in two fields.</summary>
    internal void SetName(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> value)
    {
        prefix.CopyTo(name);
        name[prefix.Length] = (byte)'/';
        value.CopyTo(name.AsSpan(prefix.Length + 1));
        NameLength = prefix.Length + 1 + value.Length;
    }

    internal void SetLinkName(ReadOnlySpan<byte> value)
    {
        if (link.Length < value.Length)
            link = new byte[value.Length * 2];
        value.CopyTo(link);
        LinkLength = value.Length;
    }
}
