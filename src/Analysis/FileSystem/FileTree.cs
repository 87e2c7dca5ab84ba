using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem;

/// <summary>
/// Every path that any layer of an image ever had, and what the final file system has there. Nodes are numbers
/// (0 is the root), so that a million of them stay small.
/// </summary>
public sealed partial class FileTree
{
    public const int Root = 0;

    /// <summary>Replays the layers from the lowest up.</summary>
    public static FileTree Merge(IReadOnlyList<ImageLayer> layers) => throw new NotImplementedException();

    public IReadOnlyList<ImageLayer> Layers => throw new NotImplementedException();

    public Ledger Ledger => throw new NotImplementedException();

    /// <summary>Dead bytes by the layer that carries them.</summary>
    public IReadOnlyList<long> WastedByLayer => throw new NotImplementedException();

    /// <summary>Paths of regular files in the final file system, every hard-linked name counted.</summary>
    public int VisibleFiles => throw new NotImplementedException();

    /// <summary>The final file system in path order, parents before children; the root itself is not listed.</summary>
    public IEnumerable<VisibleEntry> VisibleEntries() => throw new NotImplementedException();

    public long MemoryBytes => throw new NotImplementedException();
}
