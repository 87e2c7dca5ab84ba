namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Why stored bytes are not in the final file system.</summary>
internal enum WastedKind : byte
{
    None,
    Deleted,
    Overwritten,

    /// <summary>Only mode, owner or time changed.</summary>
    SameContent,

    /// <summary>The same of a file that the base brought.</summary>
    RestoredFromBase,

    /// <summary>A package manager rewrote its own files.</summary>
    Bookkeeping,

    /// <summary>The base stored it and a layer above deleted or replaced it.</summary>
    FromBase,

    /// <summary>The base stored it and deleted or replaced it itself.</summary>
    WithinBase,
}
