namespace ImageInsight.Analysis.Layers.Tar;

/// <summary>
/// Numbers in header fields: octal text padded by spaces or NULs, or GNU's base-256 (high bit of the first byte set).
/// </summary>
internal static class TarNumber
{
    public static bool TryParse(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if (field.Length == 0)
            return true;
        return (field[0] & 0x80) != 0 ? TryParseBase256(field, out value) : TryParseOctal(field, out value);
    }

    private static bool TryParseOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        // Old writers pad on either side, with spaces or NULs.
        var i = 0;
        while (i < field.Length && field[i] is 0 or (byte)' ')
            i++;
        for (; i < field.Length; i++)
        {
            var c = field[i];
            if (c is 0 or (byte)' ')
                return true;
            if (c is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (long)(c - '0');
        }

        return true;
    }

    private static bool TryParseBase256(ReadOnlySpan<byte> field, out long value)
    {
        // Two's complement, big endian; the marker bit of the first byte is not part of the number.
        var negative = (field[0] & 0x40) != 0;
        value = negative ? -1 : 0;
        for (var i = 0; i < field.Length; i++)
        {
            var b = i == 0 ? (byte)(negative ? field[0] | 0x80 : field[0] & 0x7f) : field[i];
            var top = value >> 55;
            if (top != 0 && top != -1)
                return false;
            value = (value << 8) | b;
            if (value < 0 != negative)
                return false;
        }

        return true;
    }

    /// <summary>How many of the first bytes make a decimal.</summary>
    public static int DecimalLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && text[length] is (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'-')
            length++;
        return length;
    }

    /// <summary>
    /// A PAX record's decimal, with or without a fraction, floored: a time before 1970 with a fraction rounds down.
    /// </summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative)
            text = text[1..];
        var dot = text.IndexOf((byte)'.');
        var whole = dot < 0 ? text : text[..dot];
        if (whole.Length == 0 && dot < 0)
            return false;
        foreach (var c in whole)
        {
            if (!char.IsAsciiDigit((char)c) || value > (long.MaxValue - (c - '0')) / 10)
                return false;
            value = (value * 10) + (c - '0');
        }

        var fraction = false;
        if (dot >= 0)
            foreach (var c in text[(dot + 1)..])
            {
                if (!char.IsAsciiDigit((char)c))
                    return false;
                fraction |= c != '0';
            }

        if (negative)
            value = fraction ? -value - 1 : -value;
        return true;
    }
}
