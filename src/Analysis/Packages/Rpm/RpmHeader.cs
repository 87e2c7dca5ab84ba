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

    private const int Int8 = 2, Int16 = 3, Int32 = 4, Int64 = 5, Text = 6, Texts = 8, Translated = 9;

    private const int EntryBytes = 16;

    /// <summary>As rpm's own headers may have (HEADER_TAGS_MAX).</summary>
    private const int MaxEntries = 0xffff;

    private readonly Dictionary<int, (int Type, int Start, int Length, int Count)> tags = [];
    private readonly byte[] bytes;

    private RpmHeader(byte[] bytes) => this.bytes = bytes;

    /// <returns>Null when the bytes are no header, or one without a name.</returns>
    public static RpmHeader? Read(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 8)
            return null;
        var (entries, size) =
            (BinaryPrimitives.ReadUInt32BigEndian(blob), BinaryPrimitives.ReadUInt32BigEndian(blob[4..]));
        if (entries is 0 or > MaxEntries || size > int.MaxValue
            || 8 + (entries * EntryBytes) + (long)size > blob.Length)
            return null;
        var data = 8 + ((int)entries * EntryBytes);
        var header = new RpmHeader(blob[..(data + (int)size)].ToArray());
        for (var i = 0; i < entries; i++)
            header.Add(header.bytes.AsSpan(8 + (i * EntryBytes), EntryBytes), data);
        return header.One(Name).Length > 0 ? header : null;
    }

    public string One(int tag) => Many(tag).FirstOrDefault() ?? "";

    public IEnumerable<string> Many(int tag)
    {
        if (!tags.TryGetValue(tag, out var at) || at.Type is not (Text or Texts or Translated))
            yield break;
        var (start, end) = (at.Start, at.Start + at.Length);
        while (start < end)
        {
            var length = bytes.AsSpan(start, end - start).IndexOf((byte)0);
            yield return Encoding.UTF8.GetString(bytes, start, length);
            start += length + 1;
        }
    }

    public IReadOnlyList<int> Numbers(int tag) => !tags.TryGetValue(tag, out var at)
        ? []
        : at.Type switch
        {
            Int32 => [.. Enumerable.Range(
                0, at.Count).Select(i => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at.Start + (4 * i))))],
            Int16 => [.. Enumerable.Range(
                0, at.Count).Select(i => (int)BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at.Start + (2 * i))))],
            1 or Int8 or 7 => [.. Enumerable.Range(0, at.Count).Select(i => (int)bytes[at.Start + i])],
            _ => [],
        };

    public int Number(int tag) => Numbers(tag) is [var first, ..] ? first : 0;

    /// <summary>The same header with nothing but what catalogues read.</summary>
    public void WriteKept(Stream to)
    {
        var kept = Kept.Where(tags.ContainsKey).Select(t => (Tag: t, At: tags[t])).ToList();
        Span<byte> head = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt32BigEndian(head, kept.Count);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], kept.Sum(k => k.At.Length));
        to.Write(head[..8]);
        var offset = 0;
        foreach (var (tag, at) in kept)
        {
            BinaryPrimitives.WriteInt32BigEndian(head, tag);
            BinaryPrimitives.WriteInt32BigEndian(head[4..], at.Type);
            BinaryPrimitives.WriteInt32BigEndian(head[8..], offset);
            BinaryPrimitives.WriteInt32BigEndian(head[12..], at.Count);
            to.Write(head);
            offset += at.Length;
        }

        foreach (var (_, at) in kept)
            to.Write(bytes, at.Start, at.Length);
    }

    /// <summary>The first of a tag wins; what does not lie within the data is left out.</summary>
    private void Add(ReadOnlySpan<byte> entry, int data)
    {
        var tag = BinaryPrimitives.ReadInt32BigEndian(entry);
        if (Array.IndexOf(Kept, tag) < 0 || tags.ContainsKey(tag))
            return;
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
            Text or Texts or Translated => TextBytes(start, type == Text ? 1 : count),
            _ => -1,
        };
        if (length >= 0 && length <= bytes.Length - start)
            tags.Add(tag, (type, start, (int)length, count));
    }

    private long TextBytes(int start, int count)
    {
        var at = start;
        for (var i = 0; i < count; i++)
        {
            var length = bytes.AsSpan(at).IndexOf((byte)0);
            if (length < 0)
                return -1;
            at += length + 1;
        }

        return at - start;
    }
}
