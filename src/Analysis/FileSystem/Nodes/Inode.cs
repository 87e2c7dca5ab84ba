namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>A regular file's body, made by exactly one entry of one layer.</summary>
internal struct Inode
{
    public int Layer;
    public int Ordinal;

    /// <summary>Where its entry was placed; -1 for AUFS bookkeeping outside the tree.</summary>
    public int Node;

    /// <summary>Names that reach it.</summary>
    public int Links;

    /// <summary>The layer that took its last name away; -1 while it has one.</summary>
    public int HiddenBy;
}
