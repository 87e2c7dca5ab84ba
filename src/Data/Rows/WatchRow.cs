namespace ImageInsight.Data.Rows;

/// <summary>A reference that is looked at every few hours; each new digest is analysed.</summary>
internal sealed class WatchRow
{
    public Guid Id { get; set; }

    public required string Reference { get; set; }

    public string? Platform { get; set; }

    public Guid? CredentialId { get; set; }

    public int EveryHours { get; set; }

    public DateTime NextAt { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? CheckedAt { get; set; }

    public string? LastDigest { get; set; }

    public string? LastError { get; set; }
}
