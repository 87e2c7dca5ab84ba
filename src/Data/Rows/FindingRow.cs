namespace ImageInsight.Data.Rows;

internal sealed class FindingRow
{
    public Guid AnalysisId { get; set; }

    public int Position { get; set; }

    public required string FindingId { get; set; }

    public required string RuleId { get; set; }

    public required string Title { get; set; }

    public byte Severity { get; set; }

    public byte Confidence { get; set; }

    public long DiskBytes { get; set; }

    public long PullBytes { get; set; }

    public int? Layer { get; set; }

    public string? Instruction { get; set; }

    public int PathCount { get; set; }

    public required string EvidenceJson { get; set; }

    public required string FixText { get; set; }

    public required string FixSnippet { get; set; }

    public required string KnownAsJson { get; set; }

    /// <summary>See RemedyJson of Analysis; null for none.</summary>
    public string? RemedyJson { get; set; }

    /// <summary>See PackedBodies.</summary>
    public required byte[] Bodies { get; set; }

    /// <summary>Which layers they are in: all that a list of findings needs of them.</summary>
    public required byte[] BodyLayers { get; set; }
}
