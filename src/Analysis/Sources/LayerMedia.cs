namespace ImageInsight.Analysis.Sources;

/// <summary>What a layer's media type tells. How it is compressed is told by its bytes alone.</summary>
internal static class LayerMedia
{
    /// <summary>Layers that may not be passed on (Windows base layers): archives may leave them out.</summary>
    public static bool IsForeign(string? mediaType) =>
        mediaType is not null
        && (mediaType.StartsWith("application/vnd.docker.image.rootfs.foreign.diff.tar", StringComparison.Ordinal)
            || mediaType.StartsWith(
                "application/vnd.oci.image.layer.nondistributable.v1.tar", StringComparison.Ordinal));

    /// <summary>Encrypted, or not a tar at all: nothing in it can be read.</summary>
    public static bool IsOpaque(string? mediaType) =>
        !string.IsNullOrEmpty(mediaType)
        && (mediaType.EndsWith("+encrypted", StringComparison.Ordinal)
            || !(IsForeign(mediaType)
                || mediaType.StartsWith("application/vnd.oci.image.layer.v1.tar", StringComparison.Ordinal)
                || mediaType.StartsWith("application/vnd.docker.image.rootfs.diff.tar", StringComparison.Ordinal)
                || mediaType.StartsWith("application/tar", StringComparison.Ordinal)
                || mediaType.StartsWith("application/x-tar", StringComparison.Ordinal)));
}
