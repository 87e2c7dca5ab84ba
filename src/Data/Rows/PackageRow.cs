namespace ImageInsight.Data.Rows;

/// <summary>A package of an analysed image. Written in bulk, never tracked.</summary>
internal sealed class PackageRow
{
    public Guid AnalysisId { get; set; }

    public int Position { get; set; }

    public required string Ecosystem { get; set; }

    public required string Name { get; set; }

    public required string Version { get; set; }

    public required string Purl { get; set; }

    public required string FoundAt { get; set; }

    public int Layer { get; set; }

    public long DiskBytes { get; set; }

    public long PullBytes { get; set; }

    public long WastedBytes { get; set; }

    public int Files { get; set; }

    /// <summary>Positions of the packages that it needs: varints, each the step from the one before.</summary>
    public required byte[] Needs { get; set; }

    public bool? OnPurpose { get; set; }

    public bool Development { get; set; }

    /// <summary>Position of the package that its files count for.</summary>
    public int? OwnedBy { get; set; }

    /// <summary>As its metadata states it; null where nothing does.</summary>
    public string? License { get; set; }
}
