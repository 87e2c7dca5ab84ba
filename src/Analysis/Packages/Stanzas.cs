using System.Text;

namespace ImageInsight.Analysis.Packages;

/// <summary>
/// Paragraphs of fields, as dpkg, opkg and Python's metadata have them (deb-control(5)): "Key: value", lines that go on
/// begin with a space.
/// </summary>
internal sealed class Stanzas
{
    /// <summary>Debian has 70,000 packages in all.</summary>
    private const int Most = 200_000;

    /// <summary>Bytes of one value: the longest lists of what one package provides have 50 kB.</summary>
    private const int MaxValue = 1 << 20;

    /// <summary>Values are made of the bytes, and relations, keys and URLs of these.</summary>
    private const int StepsPerByte = 3;

    private readonly byte[] bytes;
    private readonly string[] wanted;

    /// <summary>Of the stanza at hand, by its place among what is wanted.</summary>
    private readonly StringBuilder[] values;

    private readonly bool[] present;

    private Stanzas(byte[] bytes, string[] wanted)
    {
        this.bytes = bytes;
        this.wanted = wanted;
        values = [.. wanted.Select(_ => new StringBuilder())];
        present = new bool[wanted.Length];
    }

    /// <param name="wanted">The only keys that are kept, so that descriptions cost nothing.</param>
    public static IEnumerable<Dictionary<string, string>> Read(byte[] bytes, WorkBudget work, params string[] wanted)
    {
        var stanzas = new Stanzas(bytes, wanted);
        var start = 0;
        for (var count = 0; start < bytes.Length && count < Most;)
        {
            var end = stanzas.ReadOne(start);
            work.Spend((long)(end - start) * StepsPerByte);
            start = end;
            if (stanzas.Take() is not { } stanza)
                continue;
            count++;
            yield return stanza;
        }
    }

    /// <returns>Behind the line that ends it.</returns>
    private int ReadOne(int start)
    {
        var last = -1;
        while (start < bytes.Length)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            var end = length < 0 ? bytes.Length : start + length;
            var line = bytes.AsSpan(start, end - start).TrimEnd((byte)'\r');
            start = end + 1;
            if (line.Length == 0)
                break;
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (last >= 0)
                    Append(last, ' ', line);
                continue;
            }

            var colon = line.IndexOf((byte)':');
            last = colon > 0 ? Key(line[..colon]) : -1;
            // Python repeats a key for each value.
            if (last >= 0)
                Append(last, '\n', line[(colon + 1)..]);
        }

        return Math.Min(start, bytes.Length);
    }

    private void Append(int key, char separator, ReadOnlySpan<byte> more)
    {
        var value = values[key];
        if (!present[key])
            present[key] = true;
        else if (value.Length < MaxValue)
            value.Append(separator);
        var room = MaxValue - value.Length;
        if (room > 0)
            value.Append(Encoding.UTF8.GetString(more[..Math.Min(more.Length, room)]).AsSpan().Trim());
    }

    private Dictionary<string, string>? Take()
    {
        Dictionary<string, string>? stanza = null;
        for (var i = 0; i < values.Length; i++)
        {
            if (!present[i])
                continue;
            stanza ??= new Dictionary<string, string>(values.Length, StringComparer.OrdinalIgnoreCase);
            stanza[wanted[i]] = values[i].ToString();
            values[i].Clear();
            present[i] = false;
        }

        return stanza;
    }

    private int Key(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < wanted.Length; i++)
            if (wanted[i].Length == key.Length && Ascii.EqualsIgnoreCase(wanted[i], key))
                return i;
        return -1;
    }
}
