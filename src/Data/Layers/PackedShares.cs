namespace ImageInsight.Data.Layers;

/// <summary>Pull bytes by ordinal as varints: most entries take one or two bytes.</summary>
internal static class PackedShares
{
    public static byte[] Pack(IReadOnlyList<long> shares)
    {
        var bytes = new List<byte>(shares.Count * 2);
        foreach (var share in shares)
            Varint.Write(bytes, share);
        return [.. bytes];
    }

    public static long[] Unpack(byte[] packed, int count)
    {
        var shares = new long[count];
        var at = 0;
        for (var i = 0; i < count; i++)
            shares[i] = Varint.Read(packed, ref at);
        return shares;
    }
}
