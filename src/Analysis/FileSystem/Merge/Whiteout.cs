namespace ImageInsight.Analysis.FileSystem.Merge;

/// <summary>What a name says about the layers below.</summary>
/// <remarks>OCI image-spec v1.1, layer.md, "Whiteouts"; the AUFS names are those Docker wrote before overlay.</remarks>
internal static class Whiteout
{
    private static ReadOnlySpan<byte> Prefix => ".wh."u8;

    private static ReadOnlySpan<byte> Meta => ".wh..wh."u8;

    public static bool IsMarker(ReadOnlySpan<byte> name) => name.StartsWith(Prefix);

    public static bool IsOpaque(ReadOnlySpan<byte> name) => name.SequenceEqual(".wh..wh..opq"u8);

    /// <summary>AUFS bookkeeping (.wh..wh.aufs, .wh..wh.orph, .wh..wh.plnk), which hides nothing.</summary>
    public static bool IsMeta(ReadOnlySpan<byte> name) => name.StartsWith(Meta) && !IsOpaque(name);

    /// <summary>The name that a plain whiteout removes.</summary>
    public static ReadOnlySpan<byte> Target(ReadOnlySpan<byte> name) => name[Prefix.Length..];
}
