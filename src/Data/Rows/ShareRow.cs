namespace ImageInsight.Data.Rows;

/// <summary>A link to one analysis. The token itself is never stored.</summary>
internal sealed class ShareRow
{
    public Guid Id { get; set; }

    public Guid AnalysisId { get; set; }

    public required byte[] TokenHash { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime ExpiresAt { get; set; }
}
