using System.Globalization;
using System.Text;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>
/// A record of no bytes: a regular file, of which nothing but the path matters, since no file system will show it; or
/// where the path ends with a slash a directory, as unpacking makes one that a path implies.
/// </summary>
internal static class EmptyRecord
{
    private const int NameField = 100;
    private const int PrefixField = 155;
    private const int FileMode = 0x1a4;
    private const int DirectoryMode = 0x1ed;

    private static readonly string[] Numbers = ["size", "uid", "gid", "mtime"];

    /// <summary>What a reader makes of it, its name and place apart.</summary>
    public static LayerEntry RowOf(ReadOnlySpan<byte> path) =>
        IsDirectory(path)
            ? new LayerEntry { Parent = -1, Kind = EntryKind.Directory, Mode = DirectoryMode }
            : new LayerEntry { Parent = -1, Kind = EntryKind.File, Mode = FileMode };

    /// <param name="globals">Keys that global headers before it have set: the record takes them back.</param>
    public static byte[] Create(ReadOnlySpan<byte> path, IReadOnlyCollection<string> globals)
    {
        if (globals.Count > 0)
            return UnderGlobals(path, globals);
        var type = IsDirectory(path) ? '5' : '0';
        if (path.Length <= NameField)
            return Header(path, default, type, 0);
        // ustar splits a name at a slash.
        for (var slash = path.Length - NameField - 1; slash <= Math.Min(PrefixField, path.Length - 2); slash++)
            if (slash > 0 && path[slash] == '/')
                return Header(path[(slash + 1)..], path[..slash], type, 0);
        // GNU's long name: a record of its own before the file's.
        return WithExtension("././@LongLink"u8, 'L', [.. path, 0], Header(path[..NameField], default, type, 0));
    }

    /// <summary>Readers differ in whether they heed global headers: this record says the same to both.</summary>
    private static byte[] UnderGlobals(ReadOnlySpan<byte> path, IReadOnlyCollection<string> globals)
    {
        var records = new List<byte>();
        Pax(records, "path", path);
        foreach (var key in Numbers.Where(globals.Contains))
            Pax(records, key, "0"u8);
        // An empty value takes a record back (POSIX.1-2024, pax, "Extended Header").
        foreach (var key in globals.Where(k => k.StartsWith("GNU.sparse.", StringComparison.Ordinal)
            || k == "SCHILY.realsize"))
            Pax(records, key, default);
        var type = IsDirectory(path) ? '5' : '0';
        return WithExtension(
            "PaxHeaders/0"u8, 'x', [.. records],
            Header(path[..Math.Min(NameField, path.Length)], default, type, 0, posix: true));
    }

    private static bool IsDirectory(ReadOnlySpan<byte> path) => path.EndsWith("/"u8);

    private static void Pax(List<byte> records, string key, ReadOnlySpan<byte> value)
    {
        var rest = key.Length + value.Length + 3;
        // The length counts its own digits.
        var length = rest + 1;
        while (length != rest + Digits(length).Length)
            length = rest + Digits(length).Length;
        records.AddRange(Encoding.Latin1.GetBytes($"{Digits(length)} {key}="));
        records.AddRange(value);
        records.Add((byte)'\n');
    }

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] WithExtension(ReadOnlySpan<byte> name, char type, ReadOnlySpan<byte> body, byte[] record)
    {
        var padded = (body.Length + TarReader.BlockSize - 1) / TarReader.BlockSize * TarReader.BlockSize;
        var whole = new byte[TarReader.BlockSize + padded + record.Length];
        Header(name, default, type, body.Length, posix: type == 'x').CopyTo(whole, 0);
        body.CopyTo(whole.AsSpan(TarReader.BlockSize));
        record.CopyTo(whole, TarReader.BlockSize + padded);
        return whole;
    }

    private static byte[] Header(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, char type, int size, bool posix = false)
    {
        var header = new byte[TarReader.BlockSize];
        name.CopyTo(header);
        Octal(header.AsSpan(100, 8), type == '5' ? DirectoryMode : FileMode);
        Octal(header.AsSpan(108, 8), 0);
        Octal(header.AsSpan(116, 8), 0);
        Octal(header.AsSpan(124, 12), size);
        Octal(header.AsSpan(136, 12), 0);
        header[156] = (byte)type;
        // GNU's long name wants GNU's magic, which knows no prefix; PAX wants POSIX's.
        if (prefix.Length > 0 || posix)
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
