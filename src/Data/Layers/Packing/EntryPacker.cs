using System.Buffers.Binary;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Data.Layers.Packing;

/// <summary>
/// Packs the entries of a layer by column. A piece of them has its first ordinal and how many they are, the attributes
/// that occur, the length of each column, and the columns.
/// </summary>
internal sealed class EntryPacker : IDisposable
{
    /// <summary>
    /// In the order in which they are stored: which attributes; how far the parent stands before the entry, or 0 when
    /// it is the one of the entry before; lengths of names and of link targets; sizes; times, as steps; hashes of those
    /// that have one; names; link targets.
    /// </summary>
    public const int ColumnCount = 9;

    /// <summary>Some 19 bytes each once they are packed.</summary>
    private const int MaxEntries = 1 << 16;

    /// <summary>Names and link targets; a piece is closed once it has so many.</summary>
    private const int MaxTextBytes = 3 << 20;

    private readonly PieceSealer sealer;
    private readonly Column head = new();
    private readonly Column[] columns = [.. Enumerable.Range(0, ColumnCount).Select(_ => new Column())];
    private readonly Dictionary<PackedAttributes, int> attributes = [];
    private int parent = -1;
    private long time;

    private EntryPacker(string owner) => sealer = new PieceSealer(PieceKind.Entries, owner);

    public static IReadOnlyList<byte[]> Pack(EntryList entries, string owner, CancellationToken cancellationToken)
    {
        using var packer = new EntryPacker(owner);
        var next = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            next = packer.PackPiece(entries, next);
        }
        while (next < entries.Count);
        return packer.sealer.Pieces;
    }

    public void Dispose() => sealer.Dispose();

    private int PackPiece(EntryList entries, int first)
    {
        head.Clear();
        foreach (var column in columns)
            column.Clear();
        attributes.Clear();
        var next = first;
        for (; next < entries.Count && next - first < MaxEntries
            && columns[7].Length + columns[8].Length < MaxTextBytes; next++)
            Add(entries, next);
        head.Write(first);
        head.Write(next - first);
        head.Write(attributes.Count);
        // In the order in which they were met, which is the order of their numbers.
        foreach (var shared in attributes.Keys)
            shared.Write(head);
        foreach (var column in columns)
            head.Write(column.Length);
        foreach (var column in columns)
            head.Write(column.Bytes);
        sealer.Seal(head.Bytes, last: next == entries.Count);
        return next;
    }

    private void Add(EntryList entries, int ordinal)
    {
        var entry = entries[ordinal];
        columns[0].Write(NumberOf(PackedAttributes.FromEntry(entry)));
        columns[1].Write(entry.Parent == parent ? 0 : ordinal - entry.Parent);
        parent = entry.Parent;
        var name = entries.Name(ordinal);
        var link = entries.LinkTarget(ordinal);
        columns[2].Write(name.Length);
        columns[3].Write(link.Length);
        columns[4].Write((ulong)entry.Size);
        columns[5].WriteSigned(entry.Mtime - time);
        time = entry.Mtime;
        if (entry.ContentHash != 0)
            BinaryPrimitives.WriteUInt128BigEndian(columns[6].Take(16), entry.ContentHash);
        columns[7].Write(name);
        columns[8].Write(link);
    }

    private int NumberOf(PackedAttributes shared)
    {
        if (attributes.TryGetValue(shared, out var number))
            return number;
        attributes.Add(shared, attributes.Count);
        return attributes.Count - 1;
    }
}
