using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;

namespace ImageInsight.Analysis.Packages.Lists;

/// <summary>The nodes at the paths of a package's list; what is not there, and the root, are left out.</summary>
/// <param name="start">The directory that the paths begin at.</param>
internal sealed class NodeList(CapturedFiles files, int start)
{
    /// <summary>A list names a node once, or twice by way of a link; a hostile one names one a million times.</summary>
    private readonly long most = (files.Tree.Nodes.Length * 2L) + 16;

    private readonly PathFinder paths = files.Paths;
    private readonly List<int> nodes = [];

    public int Count => nodes.Count;

    public void Add(ReadOnlySpan<byte> path) => Add(paths.Find(start, path));

    public void Add(int node)
    {
        if (node > FileTree.Root && nodes.Count < most)
            nodes.Add(node);
    }

    public void AddBelow(int node)
    {
        foreach (var below in files.Below(node))
            Add(below);
    }

    public int[] ToArray() => [.. nodes];
}
