using System.Collections;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>
/// Which nodes a walk has seen. It is used again and again: a bit for each node is too much for each walk.
/// </summary>
internal sealed class NodeMarks(int nodes, Action<NodeMarks> giveBack) : IDisposable
{
    private readonly BitArray seen = new(nodes);
    private readonly List<int> marked = [];

    /// <summary>False when it is marked already.</summary>
    public bool Add(int node)
    {
        if (seen[node])
            return false;
        seen[node] = true;
        marked.Add(node);
        return true;
    }

    public void Dispose()
    {
        foreach (var node in marked)
            seen[node] = false;
        marked.Clear();
        giveBack(this);
    }
}
