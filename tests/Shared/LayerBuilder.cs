using System.Globalization;
using System.Text;

namespace ImageInsight.Tests;

/// <summary>Writes a tar record by record: exactly what is asked for, sensible or not.</summary>
#pragma warning disable CA1001 // A MemoryStream holds nothing to release.
public sealed class LayerBuilder
#pragma warning restore CA1001
{
    private readonly MemoryStream tar = new();

    public LayerBuilder File(
        string name, int size, char fill = 'x', int mode = 0x1a4, int uid = 0, int gid = 0, long mtime = 1700000000,
        params (string Key, string Value)[] pax) =>
        File(name, Encoding.ASCII.GetBytes(new string(fill, size)), mode, uid, gid, mtime, pax);

    public LayerBuilder File(
        string name, byte[] content, int mode = 0x1a4, int uid = 0, int gid = 0, long mtime = 1700000000,
        params (string Key, string Value)[] pax)
    {
        Pax(pax);
        return Record(Encoding.UTF8.GetBytes(name), '0', content, mode: mode, uid: uid, gid: gid, mtime: mtime);
    }

    public LayerBuilder Directory(string name, int mode = 0x1ed) =>
        Record(Encoding.UTF8.GetBytes(name + "/"), '5', [], mode: mode);

    public LayerBuilder Symlink(string name, string target) => Record(Encoding.UTF8.GetBytes(name), '2', [], target);

    public LayerBuilder HardLink(string name, string target, byte[]? data = null) =>
        Record(Encoding.UTF8.GetBytes(name), '1', data ?? [], target);

    public LayerBuilder Whiteout(string path)
    {
        var slash = path.LastIndexOf('/');
        return File(path[..(slash + 1)] + ".wh." + path[(slash + 1)..], 0);
    }

    public LayerBuilder Opaque(string directory) => File(directory + "/.wh..wh..opq", 0);

    public LayerBuilder Pax(params (string Key, string Value)[] records) =>
        records.Length == 0 ? this : Record("PaxHeaders/x"u8.ToArray(), 'x', PaxBody(records));

    /// <summary>Holds for all records behind it.</summary>
    public LayerBuilder Global(params (string Key, string Value)[] records) =>
        Record("pax_global_header"u8.ToArray(), 'g', PaxBody(records));

    private static byte[] PaxBody((string Key, string Value)[] records)
    {
        var body = new StringBuilder();
        foreach (var (key, value) in records)
        {
            var rest = $" {key}={value}\n";
            var length = Encoding.UTF8.GetByteCount(rest);
            // The length counts its own digits.
            var total = length + 1;
            while (total != length + total.ToString(CultureInfo.InvariantCulture).Length)
                total = length + total.ToString(CultureInfo.InvariantCulture).Length;
            body.Append(total).Append(rest);
        }

        return Encoding.UTF8.GetBytes(body.ToString());
    }

    public LayerBuilder Record(
        byte[] name, char type, byte[] body, string link = "", int mode = 0x1a4, int uid = 0, int gid = 0,
        long mtime = 1700000000, long? statedSize = null)
    {
        if (name.Length > 100)
        {
            Record("././@LongLink"u8.ToArray(), 'L', [.. name, 0]);
            name = name[..100];
        }

        if (Encoding.UTF8.GetByteCount(link) > 100)
            Record("././@LongLink"u8.ToArray(), 'K', [.. Encoding.UTF8.GetBytes(link), 0]);
        var header = new byte[512];
        name.CopyTo(header, 0);
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, uid);
        Octal(header, 116, 8, gid);
        Octal(header, 124, 12, statedSize ?? body.Length);
        Octal(header, 136, 12, mtime);
        header[156] = (byte)type;
        var linkBytes = Encoding.UTF8.GetBytes(link);
        linkBytes.AsSpan(0, Math.Min(100, linkBytes.Length)).CopyTo(header.AsSpan(157));
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        SetSum(header);
        tar.Write(header);
        tar.Write(body);
        tar.Write(new byte[(512 - (body.Length % 512)) % 512]);
        return this;
    }

    public static void SetSum(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        long sum = 0;
        foreach (var b in header)
            sum += b;
        Octal(header, 148, 7, sum);
        header[155] = (byte)' ';
    }

    public byte[] ToArray(bool endBlocks = true) => [.. tar.ToArray(), .. new byte[endBlocks ? 1024 : 0]];

    private static void Octal(Span<byte> header, int at, int length, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(length - 1, '0')).CopyTo(header[at..]);
}
