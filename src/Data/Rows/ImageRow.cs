namespace ImageInsight.Data.Rows;

/// <summary>What an analysis found out about the image as a whole.</summary>
internal sealed class ImageRow
{
    public Guid AnalysisId { get; set; }

    public required string ConfigDigest { get; set; }

    public required string Platform { get; set; }

    public required string TagsJson { get; set; }

    public required string HistoryJson { get; set; }

    /// <summary>What the config says of a container, secrets masked.</summary>
    public required string SettingsJson { get; set; }

    public long PullBytes { get; set; }

    public bool PullEstimated { get; set; }

    public long DiskBytes { get; set; }

    public long VisibleBytes { get; set; }

    public long Deleted { get; set; }

    public long Overwritten { get; set; }

    public long MetadataOnly { get; set; }

    public long Touched { get; set; }

    public long Identical { get; set; }

    public long VisibleFiles { get; set; }

    public int LayerCount { get; set; }

    public int PackageCount { get; set; }

    /// <summary>Files that name packages and were too big, or too many, to keep.</summary>
    public int PackageFilesOmitted { get; set; }

    /// <summary>Of the whole stack (see ChainId); null without layers.</summary>
    public string? ChainId { get; set; }

    /// <summary>What is known of its base.</summary>
    public required string BaseJson { get; set; }

    /// <summary>The family of bases that it belongs to itself; null for an application.</summary>
    public string? Offers { get; set; }

    public List<ImageLayerRow> Layers { get; set; } = [];
}
