namespace ImageInsight.Analysis.Layers;

/// <summary>What a record of a layer's tar describes. The numbers are stored; never renumber them.</summary>
public enum EntryKind : byte
{
    File = 0,
    Directory = 1,
    Symlink = 2,
    HardLink = 3,
    CharDevice = 4,
    BlockDevice = 5,
    Fifo = 6,
    Other = 7,

    /// <summary>Not a record of the tar: a directory that a record's path implies. It only carries a name.</summary>
    Implied = 8,
}
