namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>
/// Whether nodes lie in folders that are looked for. What is found out of a folder is kept, so that a question costs
/// the same at any depth.
/// </summary>
/// <param name="isTop">Says of a node whether it is looked for; asked of a folder once at most, of the root
/// never.</param>
internal sealed class Subtrees(FileTree tree, Func<int, bool> isTop, WorkBudget work)
{
    private const int None = -1;

    /// <summary>By folder, the highest that is looked for among it and those around it.</summary>
    private readonly Dictionary<int, int> known = [];
    private readonly Stack<int> open = new();
    private readonly StepMeter meter = new(work);

    /// <summary>True for what is looked for, and for all below it.</summary>
    public bool Has(int node) => node > FileTree.Root && (HasAround(node) || isTop(node));

    /// <summary>True for all below what is looked for.</summary>
    public bool HasAround(int node) => TopAround(node) >= 0;

    /// <summary>The highest that is looked for among a node and those around it; or -1.</summary>
    public int TopOf(int node) =>
        node <= FileTree.Root ? None : TopAround(node) is var top and >= 0 ? top : isTop(node) ? node : None;

    /// <summary>The same among those around it.</summary>
    public int TopAround(int node)
    {
        meter.Count();
        var found = None;
        for (var at = node < 0 ? -1 : tree.Nodes[node].Parent; at > FileTree.Root; at = tree.Nodes[at].Parent)
        {
            if (known.TryGetValue(at, out found))
                break;
            found = None;
            open.Push(at);
        }

        meter.Count(open.Count);
        while (open.TryPop(out var folder))
            known[folder] = found = found >= 0 ? found : isTop(folder) ? folder : None;
        return found;
    }
}
