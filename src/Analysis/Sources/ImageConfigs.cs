using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources;

/// <summary>What both kinds of archive take from an image's config.</summary>
internal static class ImageConfigs
{
    /// <summary>A pebibyte, so that sums over all layers stay far from 2^63.</summary>
    private const long MostStated = 1L << 50;

    /// <summary>One for each layer.</summary>
    /// <param name="where">Who lists the layers.</param>
    public static IReadOnlyList<Digest> DiffIds(ImageConfig config, int layers, string where, AnalysisOptions options)
    {
        if (config.RootFs?.DiffIds is not { } diffIds)
            throw new ImageException(ImageErrors.ManifestInvalid, "The image's config has no rootfs.diff_ids.");
        if (Math.Max(layers, diffIds.Count) > options.MaxLayers)
            throw Caps.Exceeded(
                $"The image has {Math.Max(layers, diffIds.Count)} layers, more than {options.MaxLayers}",
                nameof(options.MaxLayers));
        if (layers != diffIds.Count)
            throw new ImageException(
                ImageErrors.ManifestContradictory,
                $"The {where} lists {layers} layers, but the image's config has {diffIds.Count} diffIDs.");
        if (config.History is { } history && history.Count > options.MaxHistory)
            throw Caps.Exceeded(
                $"The image's history has {history.Count} lines, more than {options.MaxHistory}",
                nameof(options.MaxHistory));
        return [.. diffIds.Select(d => Digest.TryParse(d, out var digest)
            ? digest
            : throw new ImageException(
                ImageErrors.ManifestInvalid, $"The config's diffID '{d}' is not a sha256 digest."))];
    }

    public static Platform? PlatformOf(ImageConfig? config, OciPlatform? stated)
    {
        // The config is what runs; the index only repeats it, but knows the variant where old configs do not.
        var os = NullIfEmpty(config?.Os) ?? NullIfEmpty(stated?.Os);
        var architecture = NullIfEmpty(config?.Architecture) ?? NullIfEmpty(stated?.Architecture);
        if (os is null && architecture is null)
            return null;
        return new Platform(
            os ?? "linux", architecture ?? "unknown", NullIfEmpty(config?.Variant) ?? NullIfEmpty(stated?.Variant));
    }

    /// <summary>A descriptor without a size is against the specification, and harmless.</summary>
    public static void CheckSize(long? stated, long actual, string what)
    {
        if (stated is { } size && size != actual)
            throw new ImageException(
                ImageErrors.ManifestContradictory, $"{what} has {actual} bytes, its descriptor says {size}.");
    }

    /// <summary>Of all layers as their descriptors state them; a size that is missing counts as 0.</summary>
    public static long StatedBytes(IReadOnlyList<OciDescriptor> layers)
    {
        long bytes = 0;
        for (var i = 0; i < layers.Count; i++)
            if (layers[i].Size is { } size)
                bytes += CheckStated(size, $"Layer {i} ({layers[i].Digest})");
        return bytes;
    }

    /// <summary>A layer of which only digest and size can be known.</summary>
    public static SourceLayer Opaque(Digest diffId, Digest blob, OciDescriptor layer, int number) =>
        layer.Size is { } size
            ? new SourceLayer(diffId, blob, layer.MediaType, -1, CheckStated(size, $"Layer {number} ({blob})"))
            {
                IsOpaque = true
            }
            : throw new ImageException(ImageErrors.ManifestInvalid, $"Layer {number} ({blob}) has no size.");

    private static long CheckStated(long size, string what) =>
        size is >= 0 and <= MostStated
            ? size
            : throw new ImageException(
                ImageErrors.ManifestInvalid, $"{what} has a size of {size} bytes; that cannot be.");

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
