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
        if (head.Length >= 4 && (head[0] & 0xf0) == 0x50
            && head[1..].StartsWith((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]))
            return CompressionKind.Zstd;
        if (head.StartsWith("BZh"u8))
            return CompressionKind.Bzip2;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
            return CompressionKind.Xz;
        return CompressionKind.None;
    }

    /// <summary>Says what it is that begins so and is not read.</summary>
    public static void Refuse(ReadOnlySpan<byte> head, string subject)
    {
        if (Unread(head) is { } unread)
            throw new ImageException(
                ImageErrors.Unsupported,
                $"The {subject} is {unread}, which is not read: hand in a tar, as it is or compressed by gzip, zstd, "
                    + "bzip2 or xz.");
    }

    /// <summary>Null when nothing tells. No tar begins so: its first name would have these bytes.</summary>
    private static string? Unread(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\u0003\u0004"u8))
            return "a zip archive";
        if (head.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xbc, 0xaf, 0x27, 0x1c]))
            return "a 7z archive";
        if (head.StartsWith("LZIP\u0001"u8))
            return "compressed by lzip";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4d, 0x18]))
            return "compressed by lz4";
        // Properties and the size of the dictionary, which in a tar whose first name is "]" were zeros.
        if (head.StartsWith((ReadOnlySpan<byte>)[0x5d, 0, 0]) && head.Length > 4 && (head[3] | head[4]) != 0)
            return "compressed by lzma";
        return null;
    }
}
