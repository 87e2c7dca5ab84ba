namespace ImageInsight.Data.Bulk;

/// <summary>Pull bytes by ordinal as LEB128 varints: most entries take one or two bytes.</summary>
internal static class PackedShares
{
    public static byte[] Pack(IReadOnlyList<long> shares)
    {
        var bytes = new List<byte>(shares.Count * 2);
        foreach (var share in shares)
        {
            var rest = (ulong)share;
            while (rest >= 0x80)
            {
                bytes.Add((byte)(rest | 0x80));
                rest >>= 7;
            }

            bytes.Add((byte)rest);
        }

        return [.. bytes];
    }

    public static long[] Unpack(byte[] packed, int count)
    {
        var shares = new long[count];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var b = packed[at++];
                value |= (ulong)(b & 0x7f) << shift;
                if (b < 0x80)
                    break;
            }

            shares[i] = (long)value;
        }

        return shares;
    }
}
