using System.Text;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// A row of SQLite (section 2.1 of its format): the header's length, a varint a column that says kind and length, the
/// values.
/// </summary>
internal static class SqliteRecord
{
    /// <returns>The root page that a row of the schema (type, name, tbl_name, rootpage, sql) states for a table; else
    /// 0.</returns>
    public static uint RootOf(ReadOnlySpan<byte> row, string table) =>
        TryColumn(row, 0, out _, out var type) && type.SequenceEqual("table"u8)
        && TryColumn(row, 1, out _, out var name) && name.SequenceEqual(Encoding.UTF8.GetBytes(table))
        && TryColumn(row, 3, out var kind, out var root) && kind is >= 1 and <= 4
            ? Unsigned(root)
            : 0;

    /// <summary>The first column that is a blob.</summary>
    public static ReadOnlySpan<byte> Blob(ReadOnlySpan<byte> row)
    {
        for (var i = 0; TryColumn(row, i, out var kind, out var value); i++)
            if (kind >= 12 && kind % 2 == 0)
                return value;
        return default;
    }

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

    private static bool TryColumn(ReadOnlySpan<byte> row, int column, out ulong kind, out ReadOnlySpan<byte> value)
    {
        value = default;
        kind = 0;
        var at = 0;
        if (!TryNumber(row, ref at, out var header) || header > (ulong)row.Length)
            return false;
        var start = header;
        for (var i = 0; at < (int)header; i++)
        {
            if (!TryNumber(row, ref at, out kind))
                return false;
            var length = LengthOf(kind);
            if (length > (ulong)row.Length - start)
                return false;
            value = row.Slice((int)start, (int)length);
            start += length;
            if (i == column)
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
