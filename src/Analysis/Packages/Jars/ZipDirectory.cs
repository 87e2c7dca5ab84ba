using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>
/// The entries of a zip archive in memory, one after the other where they stand (APPNOTE 6.3.10): .NET's own reader
/// makes objects of all of them first, 1.4 GB of a directory of 30 MB. Unpacks what is stored or deflated.
/// End of central directory: entries on this disk 8, entries 10, size of the directory 12, its start 16.
/// Zip64 locator, 20 bytes before: place of the Zip64 end 8; there: entries on this disk 24, entries 32, size 40,
/// start 48.
/// Header in the directory: flags 8, method 10, packed size 20, size 24, lengths of name 28, extra 30 and comment 32,
/// place of the local header 42, name 46. Local header: lengths of name 26 and extra 28, name 30.
/// </summary>
internal sealed class ZipDirectory
{
    /// <summary>The biggest have every class of an application.</summary>
    private const int MaxEntries = 200_000;

    private const int EndBytes = 22, LocatorBytes = 20, End64Bytes = 56, HeaderBytes = 46, LocalBytes = 30;

    private const int MaxComment = ushort.MaxValue;

    /// <summary>Deflate makes no more than so many bytes of one (RFC 1951).</summary>
    private const long MostPerByte = 1032;

    /// <summary>To look at an entry takes about as long as so many bytes.</summary>
    private const int StepsPerEntry = 32;

    /// <summary>Inflating takes as long as to look at so many bytes.</summary>
    private const long StepsPerByte = 4;

    private readonly ReadOnlyMemory<byte> file;
    private readonly WorkBudget work;

    /// <summary>Each body is one entry's: what others say is theirs too is not unpacked again.</summary>
    private readonly HashSet<long> unpacked = [];

    /// <summary>
    /// Of what stands before the archive (a script, as executable archives have one) and is not counted in its places.
    /// </summary>
    private readonly long before;

    private long next;
    private long left;

    private int header;
    private int method;
    private long packed;
    private long local;

    private ZipDirectory(ReadOnlyMemory<byte> file, WorkBudget work, long before, long start, long count)
    {
        (this.file, this.work, this.before) = (file, work, before);
        (next, left) = (start, count);
    }

    public ReadOnlySpan<byte> Name => file.Span.Slice(header + HeaderBytes, U16(header + 28));

    /// <summary>As it is stated; never less than what it unpacks to.</summary>
    public long Length { get; private set; }

    public bool IsStored => method == 0;

    /// <returns>Null when it is no archive, or one that has other entries than it says, or too many.</returns>
    public static ZipDirectory? Open(ReadOnlyMemory<byte> file, WorkBudget work)
    {
        var span = file.Span;
        var tail = span[Math.Max(0, span.Length - EndBytes - MaxComment)..];
        if (span.Length < EndBytes || tail[..^(EndBytes - 4)].LastIndexOf("PK\x05\x06"u8) is not (var found and >= 0))
            return null;
        var end = span.Length - tail.Length + found;
        long start = BinaryPrimitives.ReadUInt32LittleEndian(span[(end + 16)..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(span[(end + 12)..]);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(span[(end + 10)..]);
        long behind = end;
        if (BinaryPrimitives.ReadUInt16LittleEndian(span[(end + 8)..]) != count)
            return null;
        if ((start == uint.MaxValue || count == ushort.MaxValue) && end >= LocatorBytes
            && span[(end - LocatorBytes)..].StartsWith("PK\x06\x07"u8))
        {
            var at = BinaryPrimitives.ReadInt64LittleEndian(span[(end - LocatorBytes + 8)..]);
            if (!IsEnd64(span, at))
                at = end - LocatorBytes - End64Bytes;
            if (!IsEnd64(span, at))
                return null;
            behind = at;
            size = BinaryPrimitives.ReadInt64LittleEndian(span[((int)at + 40)..]);
            count = BinaryPrimitives.ReadInt64LittleEndian(span[((int)at + 32)..]);
            start = BinaryPrimitives.ReadInt64LittleEndian(span[((int)at + 48)..]);
        }

        if (count is < 0 or > MaxEntries || start < 0 || start > span.Length || size < 0 || size > behind)
            return null;
        // The directory ends where its end begins; what it says of its start tells how much stands before it all.
        foreach (var before in new[] { behind - size - start, 0 })
            if (before >= 0 && new ZipDirectory(file, work, before, start + before, count).HasThem())
                return new ZipDirectory(file, work, before, start + before, count);
        return null;
    }

    private static bool IsEnd64(ReadOnlySpan<byte> file, long at) =>
        at >= 0 && at <= file.Length - End64Bytes && file[(int)at..].StartsWith("PK\x06\x06"u8);

    public bool TryNext()
    {
        if (left-- <= 0 || !IsHeader(next))
            return false;
        work.Spend(StepsPerEntry);
        header = (int)next;
        next += HeaderBytes + U16(header + 28) + U16(header + 30) + U16(header + 32);
        // Bit 0 of the flags: encrypted.
        method = (U16(header + 8) & 1) != 0 ? -1 : U16(header + 10);
        (packed, Length, local) = (U32(header + 20), U32(header + 24), U32(header + 42));
        if (packed == uint.MaxValue || Length == uint.MaxValue || local == uint.MaxValue)
            ReadExtra();
        // Some adjust the directory's place, and not those of the files.
        if (before > 0 && local >= 0 && local <= file.Length && IsLocal(local + before))
            local += before;
        return true;
    }

    /// <returns>Null when the entry cannot be read. What is stored is a part of the archive itself.</returns>
    public ReadOnlyMemory<byte>? Unpack()
    {
        if (Body() is not { } body)
            return null;
        if (method == 0)
            return body.Length > Length ? null : body;
        return method == 8 && Length >= 0 && Length <= Math.Min(packed * MostPerByte, Array.MaxLength) ? Inflate(body)
            : null;
    }

    /// <summary>The entry's bytes as they are unpacked; who reads them states that work.</summary>
    /// <returns>Null when the entry cannot be read.</returns>
    public Stream? OpenRead()
    {
        if (method is not (0 or 8) || Body() is not { } body)
            return null;
        MemoryMarshal.TryGetArray(body, out var array);
        var stream = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        return method == 0 ? stream : new DeflateStream(stream, CompressionMode.Decompress);
    }

    /// <summary>As it is stored.</summary>
    private ReadOnlyMemory<byte>? Body()
    {
        if (!IsLocal(local))
            return null;
        if (!unpacked.Add(local))
            return null;
        var start = local + LocalBytes + U16((int)local + 26) + U16((int)local + 28);
        return packed < 0 || packed > file.Length - start ? null : file.Slice((int)start, (int)packed);
    }

    private ReadOnlyMemory<byte>? Inflate(ReadOnlyMemory<byte> body)
    {
        MemoryMarshal.TryGetArray(body, out var array);
        using var stream = new DeflateStream(
            new MemoryStream(array.Array!, array.Offset, array.Count, writable: false), CompressionMode.Decompress);
        var bytes = new byte[Length];
        var length = 0;
        try
        {
            while (length < bytes.Length && stream.Read(bytes.AsSpan(length, Math.Min(bytes.Length - length, 1 << 16)))
                is var read and > 0)
            {
                work.Spend(read * StepsPerByte);
                length += read;
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return bytes.AsMemory(0, length);
    }

    /// <summary>As many headers as it says, one behind the other, and no more.</summary>
    private bool HasThem()
    {
        while (left > 0)
            if (!TryNext())
                return false;
        return !IsHeader(next);
    }

    private bool IsLocal(long at) =>
        at >= 0 && at <= file.Length - LocalBytes && file.Span[(int)at..].StartsWith("PK\x03\x04"u8);

    private bool IsHeader(long at) =>
        at <= file.Length - HeaderBytes && file.Span[(int)at..].StartsWith("PK\x01\x02"u8)
        && at + HeaderBytes + U16((int)at + 28) + U16((int)at + 30) + U16((int)at + 32) <= file.Length;

    /// <summary>Fields of tag, length and value; tag 1 has what does not fit into 32 bits, in this order.</summary>
    private void ReadExtra()
    {
        var extra = file.Span.Slice(header + HeaderBytes + U16(header + 28), U16(header + 30));
        while (extra.Length >= 4)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            var value = extra.Slice(4, length);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                Length = Wide(Length, ref value);
                packed = Wide(packed, ref value);
                local = Wide(local, ref value);
                return;
            }

            extra = extra[(4 + length)..];
        }
    }

    private static long Wide(long narrow, ref ReadOnlySpan<byte> value)
    {
        if (narrow != uint.MaxValue || value.Length < 8)
            return narrow;
        var wide = BinaryPrimitives.ReadInt64LittleEndian(value);
        value = value[8..];
        return wide;
    }

    private int U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.Span[at..]);

    private long U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.Span[at..]);
}
