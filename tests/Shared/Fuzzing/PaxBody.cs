using System.Globalization;
using System.Text;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>Bodies of PAX headers: mostly well formed, of keys and values that some reader has stumbled over.</summary>
internal static class PaxBody
{
    private static readonly string[] Keys =
    [
        "path", "path", "linkpath", "size", "size", "size", "uid", "gid", "mtime", "atime", "SCHILY.devmajor",
        "SCHILY.devminor", "SCHILY.realsize", "GNU.sparse.size", "GNU.sparse.realsize", "GNU.sparse.name",
        "GNU.sparse.map", "GNU.sparse.offset", "GNU.sparse.numbytes", "GNU.sparse.numblocks", "GNU.sparse.major",
        "GNU.sparse.minor", "SCHILY.xattr.user.a", "LIBARCHIVE.xattr.user.a", "hdrcharset", "comment", "", "=",
    ];

    private static readonly string[] Values =
    [
        "", "0", "1", "5", "511", "512", "513", "100000", "-1", "-0.5", "0.5", ".5", ".", "1.", "1e3", "0x10", " 5",
        "5 ", "1.2.3", "8589934592", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "99999999999999999999999", "1700000000.25", "a", "a/b", "/", "..", "../x", "a\0b", "\u00ff\u00fe", "d/.wh.a",
        ".wh..wh..opq", "1,0,512", "0,512,1024,0", "1\n0\n512\n", "a=b",
    ];

    public static byte[] Write(FuzzRandom random)
    {
        var body = new List<byte>();
        for (var i = random.Below(4); i >= 0; i--)
        {
            var value = random.OneIn(40) ? new string('v', random.Below(6000)) : random.Pick(Values);
            // Latin-1, so that some values are not UTF-8.
            var rest = Encoding.Latin1.GetBytes($" {random.Pick(Keys)}={value}\n");
            var length = rest.Length + 1;
            while (length != rest.Length + length.ToString(CultureInfo.InvariantCulture).Length)
                length = rest.Length + length.ToString(CultureInfo.InvariantCulture).Length;
            var stated = random.OneIn(12) ? random.Below(3) switch
            {
                0 => length + 1,
                1 => length - 1,
                _ => random.Below(100_000) - 10
            } : length;
            body.AddRange(Encoding.ASCII.GetBytes(stated.ToString(CultureInfo.InvariantCulture)));
            body.AddRange(rest);
        }

        if (random.OneIn(16))
            body.AddRange(new byte[random.Below(20)]);
        return [.. body];
    }
}
