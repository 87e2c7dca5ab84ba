using System.Buffers.Binary;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Data.Layers.Packing;

/// <summary>
/// Unpacks what <see cref="EntryPacker"/> packed straight into the list that the merge reads. Every fact that the
/// merge relies on is checked as if a stranger had written it.
/// </summary>
/// <remarks>Throws <see cref="InvalidDataException"/>.</remarks>
internal sealed class EntryUnpacker(string owner) : IDisposable
{
    /// <summary>As many as a reader can be told to take (AnalysisOptions.MaxPathDepth).</summary>
    private const int MaxDepth = 4096;

    private readonly PieceOpener opener = new(PieceKind.Entries, owner);
    private readonly EntryList entries = new();
    private readonly List<ushort> depths = [];
    private int parent = -1;
    private long time;

    public void Add(ReadOnlySpan<byte> piece)
    {
        var reader = new ColumnReader(opener.Open(piece));
        if (reader.ReadCount(int.MaxValue) != entries.Count)
            throw new InvalidDataException("A piece begins with another entry than it should.");
        // Each has eight columns at least.
        var count = reader.ReadCount(reader.Left);
        var attributes = new PackedAttributes[reader.ReadCount(Math.Min(count, reader.Left))];
        for (var i = 0; i < attributes.Length; i++)
            attributes[i] = PackedAttributes.Read(ref reader);
        Span<int> lengths = stackalloc int[EntryPacker.ColumnCount];
        foreach (ref var length in lengths)
            length = reader.ReadCount(PieceSealer.MaxRawBytes);
        var columns = new Columns
        {
            Attributes = new ColumnReader(reader.Take(lengths[0])),
            Parents = new ColumnReader(reader.Take(lengths[1])),
            NameLengths = new ColumnReader(reader.Take(lengths[2])),
            LinkLengths = new ColumnReader(reader.Take(lengths[3])),
            Sizes = new ColumnReader(reader.Take(lengths[4])),
            Times = new ColumnReader(reader.Take(lengths[5])),
            Hashes = new ColumnReader(reader.Take(lengths[6])),
            Names = new ColumnReader(reader.Take(lengths[7])),
            Links = new ColumnReader(reader.Take(lengths[8])),
        };
        reader.End();
        for (var i = 0; i < count; i++)
            AddEntry(ref columns, attributes);
        columns.End();
    }

    /// <summary>After the last piece.</summary>
    public EntryList End()
    {
        opener.End();
        return entries;
    }

    public void Dispose() => opener.Dispose();

    private void AddEntry(ref Columns columns, PackedAttributes[] attributes)
    {
        ref readonly var shared = ref attributes[columns.Attributes.ReadCount(attributes.Length - 1)];
        var distance = columns.Parents.ReadCount(entries.Count + 1);
        if (distance > 0)
            parent = entries.Count - distance;
        var size = (long)columns.Sizes.Read();
        time = unchecked(time + columns.Times.ReadSigned());
        var name = columns.Names.Take(columns.NameLengths.ReadCount(ushort.MaxValue));
        CheckName(name);
        if (size < 0 || shared.Mode is < 0 or > 0xfff)
            throw new InvalidDataException("A size or a mode is none.");
        entries.Add(
            new LayerEntry
            {
                Parent = parent,
                Kind = shared.Kind,
                Size = size,
                Mode = shared.Mode,
                Uid = shared.Uid,
                Gid = shared.Gid,
                Mtime = time,
                ContentHash = shared.HasHash ? BinaryPrimitives.ReadUInt128BigEndian(columns.Hashes.Take(16)) : 0,
                XattrHash = shared.XattrHash,
                DeviceMajor = shared.DeviceMajor,
                DeviceMinor = shared.DeviceMinor,
            },
            name,
            columns.Links.Take(columns.LinkLengths.ReadCount(ushort.MaxValue)));
    }

    /// <summary>One component of a path, as the reader of a layer makes them.</summary>
    private void CheckName(ReadOnlySpan<byte> name)
    {
        var depth = parent < 0 ? 1 : depths[parent] + 1;
        depths.Add((ushort)depth);
        if (depth > MaxDepth)
            throw new InvalidDataException("A path is too deep.");
        // Only the root itself has no name.
        if ((name.Length == 0 && parent >= 0) || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8)
            || name.Contains((byte)'/'))
            throw new InvalidDataException("A name is none.");
    }

    private ref struct Columns
    {
        public ColumnReader Attributes;
        public ColumnReader Parents;
        public ColumnReader NameLengths;
        public ColumnReader LinkLengths;
        public ColumnReader Sizes;
        public ColumnReader Times;
        public ColumnReader Hashes;
        public ColumnReader Names;
        public ColumnReader Links;

        public readonly void End()
        {
            Attributes.End();
            Parents.End();
            NameLengths.End();
            LinkLengths.End();
            Sizes.End();
            Times.End();
            Hashes.End();
            Names.End();
            Links.End();
        }
    }
}
