namespace ImageInsight.Data.Rows;

/// <summary>A registry's login, encrypted with keys that are not in this database.</summary>
internal sealed class CredentialRow
{
    public Guid Id { get; set; }

    /// <summary>Null for one that was given for a single pull and is deleted when that ends.</summary>
    public string? Name { get; set; }

    /// <summary>The only registry that it is sent to.</summary>
    public required string Registry { get; set; }

    public required byte[] Protected { get; set; }

    public DateTime CreatedAt { get; set; }
}
