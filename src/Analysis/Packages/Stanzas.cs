using System.Text;

namespace ImageInsight.Analysis.Packages;

/// <summary>
/// Paragraphs of fields, as dpkg, opkg and Python's metadata have them (deb-control(5)): "Key: value", lines that go on
/// begin with a space.
/// </summary>
internal static class Stanzas
{
    /// <summary>Debian has 70,000 packages in all.</summary>
    private const int Most = 200_000;

    /// <param name="wanted">The only keys that are kept, so that descriptions cost nothing.</param>
    public static IEnumerable<Dictionary<string, string>> Read(byte[] bytes, params string[] wanted)
    {
        var stanza = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? last = null;
        var count = 0;
        var start = 0;
        while (start < bytes.Length && count < Most)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            var end = length < 0 ? bytes.Length : start + length;
            var line = bytes.AsSpan(start, end - start).TrimEnd((byte)'\r');
            start = end + 1;
            if (line.Length == 0)
            {
                if (stanza.Count > 0)
                {
                    count++;
                    yield return stanza;
                    stanza = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                }

                last = null;
            }
            else if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (last is not null && stanza[last].Length < 1 << 16)
                    stanza[last] += " " + Encoding.UTF8.GetString(line).Trim();
            }
            else
            {
                var colon = line.IndexOf((byte)':');
                last = colon > 0 ? Key(line[..colon], wanted) : null;
                if (last is null)
                    continue;
                var value = Encoding.UTF8.GetString(line[(colon + 1)..]).Trim();
                // Python repeats a key for each value.
                stanza[last] = stanza.TryGetValue(last, out var before) ? before + "\n" + value : value;
            }
        }

        if (stanza.Count > 0)
            yield return stanza;
    }

    private static string? Key(ReadOnlySpan<byte> key, string[] wanted)
    {
        foreach (var w in wanted)
            if (w.Length == key.Length && Ascii.EqualsIgnoreCase(w, key))
                return w;
        return null;
    }
}
