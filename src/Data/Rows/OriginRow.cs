namespace ImageInsight.Data.Rows;

/// <summary>Where an image and its siblings come from: an upload, a reference that was pulled, a push.</summary>
internal sealed class OriginRow
{
    public Guid Id { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>Of an upload: its file in the spool.</summary>
    public string? SpoolName { get; set; }

    public long Bytes { get; set; }

    /// <summary>Of an upload: the layers that were read while it arrived, see PackedArrivals.</summary>
    public string? ArrivedLayers { get; set; }

    /// <summary>When the bytes left the spool, or, while they arrive, when that began; the analyses of them
    /// stay.</summary>
    public DateTime? DroppedAt { get; set; }

    /// <summary>Of a pull or a push: the whole reference.</summary>
    public string? Reference { get; set; }

    /// <summary>Of a pull: the platform that was asked for, <c>all</c>, or null for the service's own choice.</summary>
    public string? Platform { get; set; }

    /// <summary>
    /// Of a pull: what it logs in with. Null again when a credential that was given for it alone is deleted.
    /// </summary>
    public Guid? CredentialId { get; set; }

    /// <summary>It had a credential; trying again without would only be refused.</summary>
    public bool HadCredential { get; set; }

    public Guid? WatchId { get; set; }
}
