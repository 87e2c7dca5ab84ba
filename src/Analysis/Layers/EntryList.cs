using System.Runtime.InteropServices;

namespace ImageInsight.Analysis.Layers;

/// <summary>
/// All entries of one layer in tar order, each with its own name (one path component) and link target as the bytes
/// that the tar had. Parents stand before their children.
/// </summary>
public sealed class EntryList
{
    private readonly List<LayerEntry> entries = [];
    private readonly List<Slices> slices = [];
    private readonly List<byte> pool = [];

    private readonly record struct Slices(int NameStart, int NameLength, int LinkLength);

    public int Count => entries.Count;

    public ref readonly LayerEntry this[int ordinal] => ref CollectionsMarshal.AsSpan(entries)[ordinal];

    /// <summary>The last component of the path; empty for the root directory itself.</summary>
    public ReadOnlySpan<byte> Name(int ordinal)
    {
        var s = slices[ordinal];
        return CollectionsMarshal.AsSpan(pool).Slice(s.NameStart, s.NameLength);
    }

    /// <summary>
    /// A symlink's target as written, or a hard link's target path; empty for other kinds.
    /// </summary>
    public ReadOnlySpan<byte> LinkTarget(int ordinal)
    {
        var s = slices[ordinal];
        return CollectionsMarshal.AsSpan(pool).Slice(s.NameStart + s.NameLength, s.LinkLength);
    }

    public int Add(in LayerEntry entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> linkTarget)
    {
        slices.Add(new Slices(pool.Count, name.Length, linkTarget.Length));
        pool.AddRange(name);
        pool.AddRange(linkTarget);
        entries.Add(entry);
        return entries.Count - 1;
    }

    /// <summary>Bytes held in memory, for caches that work under a budget.</summary>
    public long MemoryBytes => (entries.Capacity * 104L) + (slices.Capacity * 12L) + pool.Capacity;
}
