using System.Buffers.Binary;
using System.Text;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// A package as rpm's databases hold it
/// (https://github.com/rpm-software-management/rpm/blob/rpm-4.20.0-release/docs/manual/hregions.md): the numbers of
/// index entries and of data bytes, entries of 16 bytes (tag, type, offset, count), data; all big endian.
/// </summary>
internal sealed class RpmHeader
{
    public const int Name = 1000, Version = 1001, Release = 1002, Epoch = 1003, License = 1014, Architecture =
        1022, FileStates = 1029,
        Provides = 1047, Requires = 1049, DirectoryIndexes = 1116, BaseNames = 1117, DirectoryNames =
            1118, OldFileNames = 1027,
        Recommends = 5046;

    /// <summary>
    /// What is kept of a header: a tenth of it. Digests, change logs, scripts and signatures are the rest.
    /// </summary>
    private static readonly int[] Kept =
    [
        Name, Version, Release, Epoch, License, Architecture, OldFileNames, FileStates, Provides, Requires,
        DirectoryIndexes, BaseNames, DirectoryNames, Recommends,
    ];

    private const int Int8 = 2, Int16 = 3, Int32 = 4, Int64 = 5, Text = 6, TextList = 8, Translated = 9;

    private const int EntryBytes = 16;

    /// <summary>As rpm's own headers may have (HEADER_TAGS_MAX).</summary>
    private const int MaxEntries = 0xffff;

    /// <summary>By the place of the tag among those that are kept; a count of 0 for one that is not there.</summary>
    private readonly (int Type, int Start, int Length, int Count)[] tags = new (int, int, int, int)[Kept.Length];

    private readonly ReadOnlyMemory<byte> bytes;
    private int seen;

    private RpmHeader(ReadOnlyMemory<byte> bytes) => this.bytes = bytes;

    /// <summary>Of what <see cref="WriteKept"/> writes.</summary>
    public long KeptBytes => 8 + tags.Sum(t => t.Count > 0 ? EntryBytes + (long)t.Length : 0);

    /// <summary>It looks at these bytes as long as it is there.</summary>
    /// <returns>Null when the bytes are no header, or one without a name.</returns>
    public static RpmHeader? Read(ReadOnlyMemory<byte> blob)
    {
        var span = blob.Span;
        if (span.Length < 8)
            return null;
        var (entries, size) =
            (BinaryPrimitives.ReadUInt32BigEndian(span), BinaryPrimitives.ReadUInt32BigEndian(span[4..]));
        if (entries is 0 or > MaxEntries || size > int.MaxValue
            || 8 + (entries * EntryBytes) + (long)size > span.Length)
            return null;
        var data = 8 + ((int)entries * EntryBytes);
        var header = new RpmHeader(blob[..(data + (int)size)]);
        for (var i = 0; i < entries; i++)
            header.Add(span.Slice(8 + (i * EntryBytes), EntryBytes), data);
        return header.One(Name).Length > 0 ? header : null;
    }

    public string One(int tag) => Many(tag).FirstOrDefault() ?? "";

    public IEnumerable<string> Many(int tag)
    {
        foreach (var text in Texts(tag))
            yield return Encoding.UTF8.GetString(text.Span);
    }

    /// <summary>The same as bytes, of which no text is made.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Texts(int tag)
    {
        var at = Find(tag);
        if (at.Type is not (Text or TextList or Translated))
            yield break;
        var (start, end) = (at.Start, at.Start + at.Length);
        while (start < end)
        {
            var length = bytes.Span[start..end].IndexOf((byte)0);
            yield return bytes.Slice(start, length);
            start += length + 1;
        }
    }

    public RpmNumbers Numbers(int tag)
    {
        var at = Find(tag);
        var width = at.Type switch
        {
            Int32 => 4,
            Int16 => 2,
            1 or Int8 or 7 => 1,
            _ => 0,
        };
        return width == 0 ? default : new RpmNumbers(bytes.Slice(at.Start, at.Length), width);
    }

    public int Number(int tag) => Numbers(tag) is { Count: > 0 } numbers ? numbers[0] : 0;

    /// <summary>The same header with nothing but what catalogues read.</summary>
    public void WriteKept(Stream to)
    {
        Span<byte> head = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt32BigEndian(head, tags.Count(t => t.Count > 0));
        BinaryPrimitives.WriteInt32BigEndian(head[4..], tags.Sum(t => t.Count > 0 ? t.Length : 0));
        to.Write(head[..8]);
        var offset = 0;
        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Count == 0)
                continue;
            BinaryPrimitives.WriteInt32BigEndian(head, Kept[i]);
            BinaryPrimitives.WriteInt32BigEndian(head[4..], tags[i].Type);
            BinaryPrimitives.WriteInt32BigEndian(head[8..], offset);
            BinaryPrimitives.WriteInt32BigEndian(head[12..], tags[i].Count);
            to.Write(head);
            offset += tags[i].Length;
        }

        foreach (var (_, start, length, count) in tags)
            if (count > 0)
                to.Write(bytes.Span.Slice(start, length));
    }

    private (int Type, int Start, int Length, int Count) Find(int tag) =>
        Array.IndexOf(Kept, tag) is var place and >= 0 ? tags[place] : default;

    /// <summary>
    /// The first of a tag wins, whatever it is worth, so that none is looked at twice; what does not lie within the
    /// data is left out.
    /// </summary>
    private void Add(ReadOnlySpan<byte> entry, int data)
    {
        var tag = BinaryPrimitives.ReadInt32BigEndian(entry);
        var place = Array.IndexOf(Kept, tag);
        if (place < 0 || (seen & (1 << place)) != 0)
            return;
        seen |= 1 << place;
        var (type, offset, count) = (
            BinaryPrimitives.ReadInt32BigEndian(entry[4..]), BinaryPrimitives.ReadInt32BigEndian(entry[8..]),
            BinaryPrimitives.ReadInt32BigEndian(entry[12..]));
        var room = bytes.Length - data;
        if (offset < 0 || offset > room || count <= 0 || count > room)
            return;
        var start = data + offset;
        var length = type switch
        {
            1 or Int8 or 7 => count,
            Int16 => 2L * count,
            Int32 => 4L * count,
            Int64 => 8L * count,
            Text or TextList or Translated => TextBytes(start, type == Text ? 1 : count),
            _ => -1,
        };
        if (length >= 0 && length <= bytes.Length - start)
            tags[place] = (type, start, (int)length, count);
    }

    private long TextBytes(int start, int count)
    {
        var at = start;
        for (var i = 0; i < count; i++)
        {
            var length = bytes.Span[at..].IndexOf((byte)0);
            if (length < 0)
                return -1;
            at += length + 1;
        }

        return at - start;
    }
}
