using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ImageInsight.Analysis.Layers;

/// <summary>
/// Names are bytes; this is their text form: UTF-8 names as they are; in a name that is not UTF-8 the bad bytes are
/// %XX and <c>%</c> itself is %25.
/// </summary>
public static class PathText
{
    public static string FromName(ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name))
            return Encoding.UTF8.GetString(name);
        var text = new StringBuilder(name.Length + 8);
        while (name.Length > 0)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var used) != System.Buffers.OperationStatus.Done)
                foreach (var b in name[..used])
                    text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            else if (rune.Value == '%')
                text.Append("%25");
            else
                text.Append(rune.ToString());
            name = name[used..];
        }

        return text.ToString();
    }

    /// <summary>The bytes that <see cref="FromName"/> would show as this text, for a name that is not UTF-8.</summary>
    public static byte[] Unescape(string name)
    {
        var bytes = new List<byte>(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '%' && i + 2 < name.Length && byte.TryParse(
                    name.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Add(b);
                i += 2;
                continue;
            }

            var length = char.IsHighSurrogate(name[i]) && i + 1 < name.Length ? 2 : 1;
            bytes.AddRange(Encoding.UTF8.GetBytes(name.Substring(i, length)));
            i += length - 1;
        }

        return [.. bytes];
    }
}
