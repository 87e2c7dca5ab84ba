namespace ImageInsight.Data.Rows;

/// <summary>A run over one image. The row that people see is also the job in the queue.</summary>
internal sealed class AnalysisRow
{
    public Guid Id { get; set; }

    public required string Name { get; set; }

    public required ImageSource Source { get; set; }

    public AnalysisState State { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorDetail { get; set; }

    public Guid OriginId { get; set; }

    /// <summary>Which image of its origin; empty for the first analysis, which chooses.</summary>
    public required string ImageKey { get; set; }

    /// <summary>0, or more when the image is read again because what was stored of it is damaged.</summary>
    public int Reading { get; set; }

    /// <summary>Of a sibling from a registry: digest of the index that lists it.</summary>
    public string? ListedIn { get; set; }

    public int Attempts { get; set; }

    public DateTime NotBefore { get; set; }

    public string? Worker { get; set; }

    public Guid? LeaseToken { get; set; }

    public DateTime? LeaseUntil { get; set; }

    public bool CancelRequested { get; set; }

    public long BytesDone { get; set; }

    public long BytesTotal { get; set; }

    public int LayersDone { get; set; }

    public int LayersTotal { get; set; }

    /// <summary>Of each layer, while it runs: see PackedProgress.</summary>
    public string? LayerProgress { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    public OriginRow Origin { get; set; } = null!;

    public ImageRow? Image { get; set; }
}
