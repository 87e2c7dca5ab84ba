using System.Globalization;
using System.Text;

namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>
/// A .properties file as Java reads it (java.util.Properties.load): <c>key=value</c>, <c>key: value</c>,
/// <c>key value</c>, comments, lines that go on behind a backslash, and escapes. In UTF-8, as Maven writes it.
/// </summary>
internal ref struct PropertyLines(ReadOnlySpan<byte> file)
{
    /// <summary>Keys and values that are longer are cut: none of Maven's is.</summary>
    private const int Most = 4096;

    private readonly ReadOnlySpan<byte> file = file;
    private int at;

    public bool TryNext(out string key, out string value)
    {
        (key, value) = ("", "");
        while (at < file.Length)
        {
            SkipBlanks(withEnds: true);
            if (at >= file.Length)
                return false;
            if (file[at] is (byte)'#' or (byte)'!')
            {
                while (at < file.Length && !IsEnd(file[at]))
                    at++;
                continue;
            }

            key = Read(isKey: true);
            SkipBlanks(withEnds: false);
            if (at < file.Length && file[at] is (byte)'=' or (byte)':')
            {
                at++;
                SkipBlanks(withEnds: false);
            }

            value = Read(isKey: false);
            return true;
        }

        return false;
    }

    /// <summary>Up to what ends a key, or the line.</summary>
    private string Read(bool isKey)
    {
        var text = new List<byte>();
        while (at < file.Length && !IsEnd(file[at])
            && !(isKey && file[at] is (byte)'=' or (byte)':' or (byte)' ' or (byte)'\t' or (byte)'\f'))
        {
            if (file[at] != '\\')
                Add(text, file[at++]);
            else if (!SkipContinuation())
                Escape(text);
        }

        return Encoding.UTF8.GetString([.. text]);
    }

    private static void Add(List<byte> text, params ReadOnlySpan<byte> more)
    {
        if (text.Count < Most)
            text.AddRange(more);
    }

    /// <summary>A backslash at the end of a line: the next one goes on where its text begins.</summary>
    private bool SkipContinuation()
    {
        if (at + 1 < file.Length && !IsEnd(file[at + 1]))
            return false;
        at++;
        if (at < file.Length)
            at += file[at] == '\r' && at + 1 < file.Length && file[at + 1] == '\n' ? 2 : 1;
        SkipBlanks(withEnds: false);
        return true;
    }

    private void Escape(List<byte> text)
    {
        var escaped = file[at + 1];
        at += 2;
        if (escaped == 'u' && at + 4 <= file.Length
            && ushort.TryParse(file.Slice(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var letter))
        {
            at += 4;
            Add(text, Encoding.UTF8.GetBytes(((char)letter).ToString()));
            return;
        }

        Add(text, escaped switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'t' => (byte)'\t',
            (byte)'r' => (byte)'\r',
            (byte)'f' => (byte)'\f',
            _ => escaped,
        });
    }

    private void SkipBlanks(bool withEnds)
    {
        while (at < file.Length
            && (file[at] is (byte)' ' or (byte)'\t' or (byte)'\f' || (withEnds && IsEnd(file[at]))))
            at++;
    }

    private static bool IsEnd(byte b) => b is (byte)'\n' or (byte)'\r';
}
