using System.IO.Hashing;
using System.Text;

namespace ImageInsight.Analysis.Layers.Tar;

/// <summary>
/// PAX records that are in force: those of one extended header, or the global ones. Only the keys that change what is
/// read are kept.
/// </summary>
/// <remarks>A record is <c>"LENGTH KEY=VALUE\n"</c>, LENGTH counting itself (POSIX.1-2024, pax, "Extended Header").</remarks>
internal sealed class PaxRecords
{
    private readonly Dictionary<string, byte[]> values = [];
    private readonly Dictionary<string, ulong> xattrs = [];
    private StringBuilder? sparseMap;

    public bool IsEmpty => values.Count == 0 && xattrs.Count == 0 && sparseMap is null;

    /// <summary>Sparse format 0.0 repeats its keys, one pair a data segment: the only keys of which not the last wins.</summary>
    public string? RepeatedSparseMap => sparseMap?.ToString();

    public void Clear()
    {
        values.Clear();
        xattrs.Clear();
        sparseMap = null;
    }

    public bool TryGet(string key, out byte[] value) => values.TryGetValue(key, out value!);

    public ulong XattrHash(PaxRecords global)
    {
        ulong hash = 0;
        // A sum, so that the order of the records does not matter.
        foreach (var (_, h) in xattrs)
            hash += h;
        foreach (var (key, h) in global.xattrs)
            if (!xattrs.ContainsKey(key))
                hash += h;
        return hash;
    }

    /// <summary>Reads a header's body. False when it is malformed.</summary>
    public bool TryRead(ReadOnlySpan<byte> body)
    {
        while (body.Length > 0)
        {
            // Some writers pad the body with NULs.
            if (body[0] == 0)
                return body.IndexOfAnyExcept((byte)0) < 0;
            var space = body.IndexOf((byte)' ');
            if (space is <= 0 or > 18 || !TarNumber.TryParseDecimal(body[..space], out var length)
                || length < space + 3 || length > body.Length || body[(int)length - 1] != '\n')
                return false;
            var record = body[(space + 1)..((int)length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                return false;
            Set(record[..equals], record[(equals + 1)..]);
            body = body[(int)length..];
        }

        return true;
    }

    private void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith("SCHILY.xattr."u8) || key.StartsWith("LIBARCHIVE.xattr."u8))
        {
            // bsdtar writes each attribute in both spellings; they are one attribute, so only the common one counts.
            if (key[0] == 'L')
                return;
            var hash = new XxHash64();
            hash.Append(key);
            hash.Append([0]);
            hash.Append(value);
            xattrs[Encoding.Latin1.GetString(key)] = hash.GetCurrentHashAsUInt64();
            return;
        }

        if (key.SequenceEqual("GNU.sparse.offset"u8) || key.SequenceEqual("GNU.sparse.numbytes"u8))
        {
            (sparseMap ??= new StringBuilder()).Append(Encoding.Latin1.GetString(value)).Append(',');
            return;
        }

        if (Wanted(key))
            values[Encoding.Latin1.GetString(key)] = value.ToArray();
    }

    private static bool Wanted(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("path"u8) || key.SequenceEqual("linkpath"u8) || key.SequenceEqual("size"u8)
        || key.SequenceEqual("uid"u8) || key.SequenceEqual("gid"u8) || key.SequenceEqual("mtime"u8)
        || key.SequenceEqual("SCHILY.devmajor"u8) || key.SequenceEqual("SCHILY.devminor"u8)
        || key.SequenceEqual("SCHILY.realsize"u8) || key.StartsWith("GNU.sparse."u8);
}
