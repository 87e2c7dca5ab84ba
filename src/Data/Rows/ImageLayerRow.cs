namespace ImageInsight.Data.Rows;

/// <summary>A place in an image's stack; the same layer may stand in several.</summary>
internal sealed class ImageLayerRow
{
    public Guid AnalysisId { get; set; }

    public int Index { get; set; }

    public long LayerId { get; set; }

    public long BlobId { get; set; }

    public string? Instruction { get; set; }

    public long WastedBytes { get; set; }

    public LayerRow Layer { get; set; } = null!;

    public LayerBlobRow Blob { get; set; } = null!;
}
