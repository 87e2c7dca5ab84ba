using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>Files that were made to cost more than they should, of any size.</summary>
internal static class CraftedFiles
{
    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Lines(int count, Func<int, string> line) =>
        Text(string.Concat(Enumerable.Range(0, count).Select(i => line(i) + "\n")));

    /// <summary>A package whose key is repeated: its values are put together.</summary>
    public static byte[] RepeatedKey(int times) => Text(
        "Package: x\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n"
            + string.Concat(Enumerable.Repeat("Depends: a\n", times)));

    /// <summary>A folder of a long name, and many names in it.</summary>
    public static byte[] ApkFolder(int folder, int names) => Text(
        $"P:x\nV:1\nF:{new string('f', folder)}\n" + string.Concat(Enumerable.Repeat("R:a\n", names)) + "\n");

    public static byte[] RpmFolder(int folder, int names) => Ndb(RpmHeader(
        (1000, 6, 1, Text("x\0")), (1001, 6, 1, Text("1\0")), (1002, 6, 1, Text("1\0")),
        (1116, 4, names, new byte[4 * names]),
        (1117, 8, names, Text(string.Concat(Enumerable.Repeat("a\0", names)))),
        (1118, 8, 1, Text(new string('f', folder) + "/\0"))));

    /// <summary>Entries of one tag that are all bad, each to be looked at in all of the data.</summary>
    public static byte[] RpmTags(int entries, int data) => RpmHeader(
        [
            (1000, 6, 1, Text("x\0")),
            .. Enumerable.Repeat((1047, 8, data + 1, Array.Empty<byte>()), entries),
            (1048, 8, data, new byte[data]),
        ]);

    public static byte[] RpmHeader(params (int Tag, int Type, int Count, byte[] Data)[] tags)
    {
        using var stream = new MemoryStream();
        Big(stream, tags.Length);
        Big(stream, tags.Sum(t => t.Data.Length));
        var at = 0;
        foreach (var (tag, type, count, data) in tags)
        {
            Big(stream, tag);
            Big(stream, type);
            Big(stream, at);
            Big(stream, count);
            at += data.Length;
        }

        foreach (var tag in tags)
            stream.Write(tag.Data);
        return stream.ToArray();
    }

    /// <summary>A database of rpm in ndb's form.</summary>
    public static byte[] Ndb(params byte[][] blobs)
    {
        var pages = ((32 + (16 * blobs.Length)) / 4096) + 1;
        var slots = new byte[4096 * pages];
        "RpmP"u8.CopyTo(slots);
        BinaryPrimitives.WriteInt32LittleEndian(slots.AsSpan(12), pages);
        using var file = new MemoryStream();
        file.Write(slots);
        for (var i = 0; i < blobs.Length; i++)
        {
            var slot = slots.AsSpan(32 + (16 * i));
            "Slot"u8.CopyTo(slot);
            BinaryPrimitives.WriteInt32LittleEndian(slot[4..], i + 1);
            BinaryPrimitives.WriteInt32LittleEndian(slot[8..], (int)file.Length / 16);
            var head = new byte[16];
            "BlbS"u8.CopyTo(head);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), i + 1);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), blobs[i].Length);
            file.Write(head);
            file.Write(blobs[i]);
            file.Write(new byte[(16 - (blobs[i].Length % 16)) % 16]);
        }

        file.Position = 0;
        file.Write(slots);
        return file.ToArray();
    }

    /// <summary>One table whose only page has cells of rows with many columns, none of them a blob.</summary>
    public static byte[] SqliteColumns(int columns)
    {
        const int page = 1 << 16;
        var file = new byte[2 * page];
        "SQLite format 3\0"u8.CopyTo(file);
        // 1 stands for 65,536.
        file[17] = 1;
        file[100] = file[page] = 13;
        file[104] = 1;
        byte[] schema = [6, 23, 29, 29, 1, 0, .. "tablePackagesPackages"u8, 2];
        byte[] cell = [(byte)schema.Length, 1, .. schema];
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(108), 1000);
        cell.CopyTo(file, 1000);
        const int cells = 100;
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(page + 3), cells);
        for (var i = 0; i < cells; i++)
            BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(page + 8 + (2 * i)), 1000);
        var length = columns + 3;
        Varint(file.AsSpan(page + 1000), length);
        file[page + 1003] = 1;
        Varint(file.AsSpan(page + 1004), length);
        return file;
    }

    /// <summary>A program with sections of one kind each: those to be linked with, or crates.</summary>
    /// <param name="content">What all of them share, and the text that names are in.</param>
    /// <param name="flags">Of all of them: 2 for what is loaded.</param>
    public static byte[] Program(int sections, int type, byte[] content, byte[] text, long flags = 0)
    {
        byte[] names = [0, .. ".dep-v0\0"u8];
        var count = sections + 2;
        var (namesAt, contentAt) = (64 + (64 * count), 64 + (64 * count) + names.Length);
        var textAt = contentAt + content.Length;
        var bytes = new byte[textAt + text.Length];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(40), 64L);
        BitConverter.TryWriteBytes(bytes.AsSpan(58), (ushort)64);
        BitConverter.TryWriteBytes(bytes.AsSpan(60), (ushort)count);
        Section(0, 3, namesAt, names.Length);
        Section(1, 3, textAt, text.Length);
        for (var i = 2; i < count; i++)
            Section(i, type, contentAt, content.Length);
        names.CopyTo(bytes, namesAt);
        content.CopyTo(bytes, contentAt);
        text.CopyTo(bytes, textAt);
        return bytes;

        void Section(int index, int kind, long offset, long size)
        {
            var at = bytes.AsSpan(64 + (index * 64));
            BitConverter.TryWriteBytes(at, 1);
            BitConverter.TryWriteBytes(at[4..], kind);
            BitConverter.TryWriteBytes(at[8..], flags);
            BitConverter.TryWriteBytes(at[24..], offset);
            BitConverter.TryWriteBytes(at[32..], size);
            BitConverter.TryWriteBytes(at[40..], 1);
        }
    }

    /// <summary>DT_NEEDED in the midst of a text that does not end.</summary>
    public static byte[] Needs(int count, int text)
    {
        var needs = new byte[16 * count];
        for (var i = 0; i < count; i++)
        {
            needs[16 * i] = 1;
            BitConverter.TryWriteBytes(needs.AsSpan((16 * i) + 8), (long)(i % text));
        }

        return needs;
    }

    public static byte[] Deflated(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>The same with a sum at its end that does not fit, so that all of it is unpacked in vain.</summary>
    public static byte[] Broken(byte[] bytes)
    {
        var packed = Deflated(bytes);
        packed[^1] ^= 1;
        return packed;
    }

    /// <summary>Entries that are all the same body, deflated.</summary>
    public static byte[] Jar(int entries, Func<int, string> name, byte[] body)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(body);
        using var jar = new MemoryStream();
        var local = new byte[30];
        "PK\x03\x04"u8.CopyTo(local);
        jar.Write(local);
        jar.Write(packed.ToArray());
        var start = (int)jar.Length;
        for (var i = 0; i < entries; i++)
        {
            var text = Text(name(i));
            var header = new byte[46];
            "PK\x01\x02"u8.CopyTo(header);
            header[10] = 8;
            BitConverter.TryWriteBytes(header.AsSpan(20), (int)packed.Length);
            BitConverter.TryWriteBytes(header.AsSpan(24), body.Length);
            BitConverter.TryWriteBytes(header.AsSpan(28), (ushort)text.Length);
            jar.Write(header);
            jar.Write(text);
        }

        var end = new byte[22];
        var size = (int)jar.Length - start;
        if (entries >= ushort.MaxValue)
        {
            var at = jar.Length;
            var wide = new byte[56 + 20];
            "PK\x06\x06"u8.CopyTo(wide);
            BitConverter.TryWriteBytes(wide.AsSpan(4), 44L);
            BitConverter.TryWriteBytes(wide.AsSpan(24), (long)entries);
            BitConverter.TryWriteBytes(wide.AsSpan(32), (long)entries);
            BitConverter.TryWriteBytes(wide.AsSpan(40), (long)size);
            BitConverter.TryWriteBytes(wide.AsSpan(48), (long)start);
            "PK\x06\x07"u8.CopyTo(wide.AsSpan(56));
            BitConverter.TryWriteBytes(wide.AsSpan(64), at);
            BitConverter.TryWriteBytes(wide.AsSpan(72), 1);
            jar.Write(wide);
        }

        "PK\x05\x06"u8.CopyTo(end);
        BitConverter.TryWriteBytes(end.AsSpan(8), (ushort)Math.Min(entries, ushort.MaxValue));
        BitConverter.TryWriteBytes(end.AsSpan(10), (ushort)Math.Min(entries, ushort.MaxValue));
        BitConverter.TryWriteBytes(end.AsSpan(12), size);
        BitConverter.TryWriteBytes(end.AsSpan(16), start);
        jar.Write(end);
        return jar.ToArray();
    }

    public static string Json(int count, Func<int, string> member) =>
        "{" + string.Join(',', Enumerable.Range(0, count).Select(member)) + "}";

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Varint(Span<byte> at, int number)
    {
        at[0] = (byte)(0x80 | (number >> 14));
        at[1] = (byte)(0x80 | ((number >> 7) & 0x7f));
        at[2] = (byte)(number & 0x7f);
    }

    private static void Big(MemoryStream stream, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        stream.Write(bytes);
    }
}
