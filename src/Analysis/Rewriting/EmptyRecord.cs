using System.Text;
using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>A regular file of no bytes, as a tar record. Nothing but its path matters: no file system will show it.</summary>
internal static class EmptyRecord
{
    private const int NameField = 100;
    private const int PrefixField = 155;

    public static byte[] Of(ReadOnlySpan<byte> name)
    {
        if (name.Length <= NameField)
            return Header(name, default, '0', 0);
        // ustar splits a name at a slash.
        for (var slash = name.Length - NameField - 1; slash <= Math.Min(PrefixField, name.Length - 2); slash++)
            if (slash > 0 && name[slash] == '/')
                return Header(name[(slash + 1)..], name[..slash], '0', 0);
        // GNU's long name: a record of its own before the file's.
        var padded = (name.Length + 1 + TarReader.BlockSize - 1) / TarReader.BlockSize * TarReader.BlockSize;
        var record = new byte[TarReader.BlockSize + padded + TarReader.BlockSize];
        Header("././@LongLink"u8, default, 'L', name.Length + 1).CopyTo(record, 0);
        name.CopyTo(record.AsSpan(TarReader.BlockSize));
        Header(name[..NameField], default, '0', 0).CopyTo(record, TarReader.BlockSize + padded);
        return record;
    }

    private static byte[] Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, char type, int size)
    {
        var header = new byte[TarReader.BlockSize];
        name.CopyTo(header);
        Octal(header.AsSpan(100, 8), 0x1a4);
        Octal(header.AsSpan(108, 8), 0);
        Octal(header.AsSpan(116, 8), 0);
        Octal(header.AsSpan(124, 12), size);
        Octal(header.AsSpan(136, 12), 0);
        header[156] = (byte)type;
        // A long name is GNU's, and its magic knows no prefix.
        if (prefix.Length > 0)
            "ustar\000"u8.CopyTo(header.AsSpan(257));
        else
            "ustar  \0"u8.CopyTo(header.AsSpan(257));
        prefix.CopyTo(header.AsSpan(345));
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in header)
            sum += b;
        Octal(header.AsSpan(148, 7), sum);
        return header;
    }

    private static void Octal(Span<byte> field, int value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0') + "\0").CopyTo(field);
}
