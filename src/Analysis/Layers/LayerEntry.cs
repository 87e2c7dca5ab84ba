namespace ImageInsight.Analysis.Layers;

/// <summary>
/// The facts of one record of a layer's tar. Its name and link target stand in the <see cref="EntryList"/> that
/// holds it, in a smaller form: a million must fit in memory.
/// </summary>
public readonly record struct LayerEntry
{
    /// <summary>
    /// Ordinal of the entry (often <see cref="EntryKind.Implied"/>) that names the parent directory; -1 at the root.
    /// </summary>
    public required int Parent { get; init; }

    public required EntryKind Kind { get; init; }

    /// <summary>Real size of a regular file (a sparse file's too), in bytes; 0 for everything else.</summary>
    public long Size { get; init; }

    /// <summary>Permission bits only (07777).</summary>
    public int Mode { get; init; }

    public long Uid { get; init; }

    public long Gid { get; init; }

    /// <summary>Whole seconds since 1970-01-01 UTC.</summary>
    public long Mtime { get; init; }

    /// <summary>XxHash128 of a regular file's content. For equality only; nothing trusts it for security.</summary>
    public UInt128 ContentHash { get; init; }

    /// <summary>Hash of the extended attributes, 0 when there are none.</summary>
    public ulong XattrHash { get; init; }

    public int DeviceMajor { get; init; }

    public int DeviceMinor { get; init; }
}
