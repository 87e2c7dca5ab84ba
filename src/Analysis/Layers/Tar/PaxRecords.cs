using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace ImageInsight.Analysis.Layers.Tar;

/// <summary>
/// PAX records that are in force: those of one extended header, or the global ones. Only the keys that change what is
/// read are kept.
/// </summary>
/// <remarks>A record is <c>"LENGTH KEY=VALUE\n"</c>, LENGTH counting itself (POSIX.1-2024, pax, "Extended
/// Header").</remarks>
internal sealed class PaxRecords
{
    private readonly Dictionary<string, byte[]> values = [];
    private readonly Dictionary<string, ulong> xattrs = [];
    private StringBuilder? sparseMap;
    private ulong xattrHash;

    /// <summary>Bytes of the keys and values that are held, so that global headers cannot add up without end.</summary>
    public long HeldBytes { get; private set; }

    public bool IsEmpty => values.Count == 0 && xattrs.Count == 0 && sparseMap is null;

    /// <summary>Of what is held, extended attributes apart.</summary>
    public IReadOnlyCollection<string> Keys =>
        sparseMap is null ? values.Keys : [.. values.Keys, "GNU.sparse.offset", "GNU.sparse.numbytes"];

    /// <summary>
    /// Sparse format 0.0 repeats its keys, one pair a data segment: the only keys of which not the last wins.
    /// </summary>
    public string? RepeatedSparseMap => sparseMap?.ToString();

    public void Clear()
    {
        values.Clear();
        xattrs.Clear();
        sparseMap = null;
        xattrHash = 0;
        HeldBytes = 0;
    }

    public bool TryGet(string key, out byte[] value) => values.TryGetValue(key, out value!);

    public ulong XattrHash(PaxRecords global)
    {
        // A sum, so that the order of the records does not matter, and that a global one costs each file nothing.
        var hash = xattrHash + global.xattrHash;
        if (global.xattrs.Count > 0)
            foreach (var key in xattrs.Keys)
                hash -= global.xattrs.GetValueOrDefault(key);
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
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(
                xattrs, Encoding.Latin1.GetString(key), out var known);
            xattrHash += hash.GetCurrentHashAsUInt64() - held;
            held = hash.GetCurrentHashAsUInt64();
            HeldBytes += known ? 0 : key.Length;
            return;
        }

        if (key.SequenceEqual("GNU.sparse.offset"u8) || key.SequenceEqual("GNU.sparse.numbytes"u8))
        {
            (sparseMap ??= new StringBuilder()).Append(Encoding.Latin1.GetString(value)).Append(',');
            HeldBytes += value.Length + 1;
            return;
        }

        if (!Wanted(key))
            return;
        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(
            values, Encoding.Latin1.GetString(key), out var old);
        HeldBytes += value.Length + (old ? -slot!.Length : key.Length);
        slot = value.ToArray();
    }

    private static bool Wanted(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("path"u8) || key.SequenceEqual("linkpath"u8) || key.SequenceEqual("size"u8)
        || key.SequenceEqual("uid"u8) || key.SequenceEqual("gid"u8) || key.SequenceEqual("mtime"u8)
        || key.SequenceEqual("SCHILY.devmajor"u8) || key.SequenceEqual("SCHILY.devminor"u8)
        || key.SequenceEqual("SCHILY.realsize"u8) || key.StartsWith("GNU.sparse."u8);
}
