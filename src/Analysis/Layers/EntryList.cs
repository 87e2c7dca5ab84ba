using System.Runtime.InteropServices;

namespace ImageInsight.Analysis.Layers;

/// <summary>
/// All entries of one layer in tar order, each with its own name (one path component) and link target as the bytes
/// that the tar had. Parents stand before their children. About 50 bytes an entry and its name.
/// </summary>
public sealed class EntryList
{
    /// <summary>Names and targets are counted in two bytes each.</summary>
    internal const int MaxNameBytes = ushort.MaxValue;

    private readonly Chunks<Stored> stored = new();
    private readonly BytePool pool = new();
    private readonly List<EntryAttributes> attributes = [];
    private readonly Dictionary<EntryAttributes, int> attributeIndex = [];
    private int lastShared;

    /// <summary>Ordered by size, so that 48 bytes hold it.</summary>
    private readonly record struct Stored(
        ulong HashHigh, ulong HashLow, long Size, long Mtime, int Parent, int Attributes, uint Name, ushort NameLength,
        ushort LinkLength);

    public int Count => stored.Count;

    public LayerEntry this[int ordinal]
    {
        get
        {
            ref readonly var s = ref stored[ordinal];
            var a = attributes[s.Attributes];
            return new LayerEntry
            {
                Parent = s.Parent,
                Kind = a.Kind,
                Size = s.Size,
                Mode = a.Mode,
                Uid = a.Uid,
                Gid = a.Gid,
                Mtime = s.Mtime,
                ContentHash = new UInt128(s.HashHigh, s.HashLow),
                XattrHash = a.XattrHash,
                DeviceMajor = a.DeviceMajor,
                DeviceMinor = a.DeviceMinor,
            };
        }
    }

    public int Parent(int ordinal) => stored[ordinal].Parent;

    public EntryKind Kind(int ordinal) => attributes[stored[ordinal].Attributes].Kind;

    public long Size(int ordinal) => stored[ordinal].Size;

    public UInt128 ContentHash(int ordinal) => new(stored[ordinal].HashHigh, stored[ordinal].HashLow);

    /// <summary>The last component of the path; empty for the root directory itself.</summary>
    public ReadOnlySpan<byte> Name(int ordinal)
    {
        ref readonly var s = ref stored[ordinal];
        return pool.Get(s.Name, 0, s.NameLength);
    }

    /// <summary>
    /// A symlink's target as written, or a hard link's target path; empty for other kinds.
    /// </summary>
    public ReadOnlySpan<byte> LinkTarget(int ordinal)
    {
        ref readonly var s = ref stored[ordinal];
        return pool.Get(s.Name, s.NameLength, s.LinkLength);
    }

    public int Add(in LayerEntry entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> linkTarget)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MaxNameBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(linkTarget.Length, MaxNameBytes);
        stored.Add(new Stored(
            (ulong)(entry.ContentHash >> 64), (ulong)entry.ContentHash, entry.Size, entry.Mtime, entry.Parent,
            Share(entry), pool.Add(name, linkTarget), (ushort)name.Length, (ushort)linkTarget.Length));
        return stored.Count - 1;
    }

    private int Share(in LayerEntry entry)
    {
        var shared = new EntryAttributes(
            entry.Kind, entry.Mode, entry.Uid, entry.Gid, entry.XattrHash, entry.DeviceMajor, entry.DeviceMinor);
        // Most entries are like the one before.
        if (lastShared < attributes.Count && attributes[lastShared] == shared)
            return lastShared;
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(attributeIndex, shared, out var known);
        if (!known)
        {
            index = attributes.Count;
            attributes.Add(shared);
        }

        return lastShared = index;
    }

    /// <summary>Bytes of names and link targets.</summary>
    internal long NameBytes => pool.Bytes;

    /// <summary>Bytes held in memory, for caches that work under a budget.</summary>
    public long MemoryBytes => (stored.Capacity * 48L) + pool.Capacity + (attributes.Count * 140L);
}
