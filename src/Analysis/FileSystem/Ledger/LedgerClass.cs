namespace ImageInsight.Analysis.FileSystem.Ledger;

/// <summary>
/// Why the bytes of an inode are wasted: what the final file system has at the path of the entry that carried it.
/// The numbers are stored; never renumber them.
/// </summary>
public enum LedgerClass : byte
{
    /// <summary>Not wasted.</summary>
    Visible = 0,

    /// <summary>No regular file is there.</summary>
    Deleted = 1,

    /// <summary>A regular file with other content is there.</summary>
    Overwritten = 2,

    /// <summary>The same content is there; mode, owner or extended attributes differ (a chmod or chown).</summary>
    MetadataOnly = 3,

    /// <summary>The same content is there; only the modification time differs.</summary>
    Touched = 4,

    /// <summary>The same file is there, alike in everything.</summary>
    Identical = 5,
}
