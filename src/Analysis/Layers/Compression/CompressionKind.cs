namespace ImageInsight.Analysis.Layers.Compression;

internal enum CompressionKind
{
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

internal static class Magic
{
    public const int Length = 6;

    /// <summary>By the first bytes alone: names and media types lie.</summary>
    public static CompressionKind Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 0x08]))
            return CompressionKind.Gzip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]))
            return CompressionKind.Zstd;
        // A zstd skippable frame (RFC 8878, 3.1.2): 0x184D2A5?, little endian.
        if (head.Length >= 4 && (head[0] & 0xf0) == 0x50 && head[1..].StartsWith((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]))
            return CompressionKind.Zstd;
        if (head.StartsWith("BZh"u8))
            return CompressionKind.Bzip2;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
            return CompressionKind.Xz;
        return CompressionKind.None;
    }
}
