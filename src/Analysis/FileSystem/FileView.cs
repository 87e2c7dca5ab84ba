namespace ImageInsight.Analysis.FileSystem;

/// <summary>
/// A way to look at a tree: the final file system, or what one layer alone carries (its dead files included).
/// </summary>
public sealed partial class FileView
{
    public static FileView Final(FileTree tree) => throw new NotImplementedException();

    public static FileView OfLayer(FileTree tree, int layer) => throw new NotImplementedException();

    public FileTree Tree => throw new NotImplementedException();

    /// <summary>The layer looked at alone, or null for the final file system.</summary>
    public int? Layer => throw new NotImplementedException();

    public NodeSizes Sizes(int node) => throw new NotImplementedException();

    public NodeSummary Describe(int node) => throw new NotImplementedException();

    /// <summary>Nodes directly below, biggest first; equal ones by name.</summary>
    public IReadOnlyList<int> Children(int node, Measure measure) => throw new NotImplementedException();

    /// <summary>Finds an absolute path in its text form; false when this view has nothing there.</summary>
    public bool TryFind(string path, out int node) => throw new NotImplementedException();
}
