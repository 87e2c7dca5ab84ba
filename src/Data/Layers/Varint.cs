namespace ImageInsight.Data.Layers;

/// <summary>Numbers as LEB128: seven bits a byte, the low ones first.</summary>
internal static class Varint
{
    public static void Write(List<byte> bytes, long value)
    {
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            bytes.Add((byte)(rest | 0x80));
            rest >>= 7;
        }

        bytes.Add((byte)rest);
    }

    public static long Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return (long)value;
        }
    }
}
