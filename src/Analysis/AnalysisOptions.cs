namespace ImageInsight.Analysis;

/// <summary>Caps that keep a hostile image from costing more than an honest one.</summary>
public sealed class AnalysisOptions
{
    /// <summary>Uncompressed bytes of one layer.</summary>
    public long MaxLayerBytes { get; set; } = 64L << 30;

    /// <summary>Uncompressed bytes of all layers of one image.</summary>
    public long MaxImageBytes { get; set; } = 256L << 30;

    /// <summary>Tar records of one image.</summary>
    public int MaxEntries { get; set; } = 5_000_000;

    /// <summary>More is not a path that Linux could open (PATH_MAX).</summary>
    public int MaxPathBytes { get; set; } = 4096;

    /// <summary>Docker itself stops at 127.</summary>
    public int MaxLayers { get; set; } = 1024;

    /// <summary>Bytes of one JSON document of the archive (manifest, index, config).</summary>
    public int MaxJsonBytes { get; set; } = 16 << 20;

    /// <summary>Layers read at the same time; each uses two threads.</summary>
    public int Parallelism { get; set; } = Math.Max(1, Environment.ProcessorCount);
}
