using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>A path that some layer had. Parents have lower numbers than their children.</summary>
internal struct Node
{
    public int Parent;
    public int FirstChild;
    public int NextSibling;
    public int Hash;

    /// <summary>The entry that spells the name: layer and ordinal; layer -1 means the tree's own list.</summary>
    public int NameLayer;
    public int NameOrdinal;

    /// <summary>The entry that stands here now; ordinal -1 for an implied directory.</summary>
    public int Layer;
    public int Ordinal;

    /// <summary>The inode behind a regular file's name, else -1.</summary>
    public int Inode;

    public int VisibleChildren;
    public EntryKind Kind;
    public bool Visible;

    /// <summary>While layers are merged: all its children were hidden at once before.</summary>
    public bool WasEmptied;

    /// <summary>This name was made by a hard-link entry.</summary>
    public bool LinkName;
}
