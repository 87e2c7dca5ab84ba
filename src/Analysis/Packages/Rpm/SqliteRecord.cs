using System.Text;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// A row of SQLite (section 2.1 of its format): the header's length, a varint a column that says kind and length, the
/// values.
/// </summary>
internal static class SqliteRecord
{
    /// <summary>As SQLite has it by default; rpm's tables have two.</summary>
    private const int MaxColumns = 2000;

    /// <returns>The root page that a row of the schema (type, name, tbl_name, rootpage, sql) states for a table; else
    /// 0.</returns>
    public static uint RootOf(ReadOnlySpan<byte> row, string table) =>
        TryColumn(row, c => c.Index == 0, out _, out var type) && row[type].SequenceEqual("table"u8)
        && TryColumn(row, c => c.Index == 1, out _, out var name)
        && row[name].SequenceEqual(Encoding.UTF8.GetBytes(table))
        && TryColumn(row, c => c.Index == 3, out var kind, out var root) && kind is >= 1 and <= 4
            ? Unsigned(row[root])
            : 0;

    /// <summary>The first column that is a blob.</summary>
    public static ReadOnlyMemory<byte> Blob(ReadOnlyMemory<byte> row) =>
        TryColumn(row.Span, c => c.Kind >= 12 && c.Kind % 2 == 0, out _, out var place) ? row[place] : default;

    public static bool TryNumber(ReadOnlySpan<byte> bytes, ref int at, out ulong number)
    {
        number = 0;
        for (var i = 0; i < 9 && at < bytes.Length; i++)
        {
            var next = bytes[at++];
            // The ninth has eight bits.
            number = i == 8 ? (number << 8) | next : (number << 7) | (uint)(next & 0x7f);
            if (i == 8 || next < 0x80)
                return true;
        }

        return false;
    }

    /// <summary>The first column of which something is true, in one way through all of them.</summary>
    private static bool TryColumn(
        ReadOnlySpan<byte> row, Predicate<(int Index, ulong Kind)> match, out ulong kind, out Range place)
    {
        place = default;
        kind = 0;
        var at = 0;
        if (!TryNumber(row, ref at, out var header) || header > (ulong)row.Length)
            return false;
        var start = header;
        for (var i = 0; at < (int)header && i < MaxColumns; i++)
        {
            if (!TryNumber(row, ref at, out kind))
                return false;
            var length = LengthOf(kind);
            if (length > (ulong)row.Length - start)
                return false;
            place = (int)start..(int)(start + length);
            start += length;
            if (match((i, kind)))
                return true;
        }

        return false;
    }

    private static ulong LengthOf(ulong kind) => kind switch
    {
        0 or 8 or 9 => 0,
        <= 4 => kind,
        5 => 6,
        6 or 7 => 8,
        _ => (kind - 12) / 2,
    };

    private static uint Unsigned(ReadOnlySpan<byte> bytes)
    {
        uint number = 0;
        foreach (var b in bytes)
            number = (number << 8) | b;
        return number;
    }
}
