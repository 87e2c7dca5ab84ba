using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Dockerfiles.Indexes;

/// <summary>
/// The files that some COPYs brought, counted by folder once: the commands of a RUN are then compared with numbers.
/// </summary>
internal sealed class CopiedFiles
{
    private readonly FileTree tree;

    /// <summary>By node, the files of the copies at and below it.</summary>
    private readonly Dictionary<int, int> brought = [];

    /// <summary>The nodes of files that the copies, or what was joined with them, carry.</summary>
    private readonly HashSet<int> carried = [];
    private readonly WorkBudget work;
    private int all;

    private CopiedFiles(FileTree tree, WorkBudget work) => (this.tree, this.work) = (tree, work);

    /// <returns>Null when the target of one of them is not known.</returns>
    public static CopiedFiles? Create(Draft draft, IReadOnlyList<Step> copies)
    {
        var files = new CopiedFiles(draft.Tree, draft.Work);
        var targets = new SortedDictionary<int, int>();
        foreach (var copy in copies)
        {
            var target = copy.CopiedTo is { } copied ? draft.Tree.Find(copied.Path) : -1;
            if (target < 0)
                return null;
            foreach (var layer in copy.Layers.Where(l => l < draft.Tree.Layers.Count))
                targets[layer] = target;
        }

        foreach (var (layer, target) in targets)
            files.Add(layer, target);
        files.SumUp();
        return files;
    }

    /// <summary>Every file of the copies stands at or below one of the paths.</summary>
    public bool AreAllIn(IReadOnlyList<string> paths)
    {
        var changed = paths.Select(tree.Find).ToHashSet();
        var count = 0;
        foreach (var node in changed)
        {
            work.Spend(1);
            if (node >= 0 && !IsBelowOne(node, changed))
                count += brought.GetValueOrDefault(node);
        }

        return count == all;
    }

    /// <summary>Every file at and below the path came with the copies: a command changed nothing else there.</summary>
    public bool AreAllOf(string path) =>
        tree.Find(path) is var top and >= 0
        && tree.Below(top, work).All(n => tree.Nodes[n].Kind != EntryKind.File || carried.Contains(n));

    private bool IsBelowOne(int node, HashSet<int> tops)
    {
        for (var n = tree.Nodes[node].Parent; n >= FileTree.Root; n = tree.Nodes[n].Parent)
        {
            work.Spend(1);
            if (tops.Contains(n))
                return true;
        }

        return false;
    }

    private void Add(int layer, int target)
    {
        var inTarget = new Subtrees(tree, n => n == target, work);
        for (var inode = FirstOf(layer); inode < tree.Inodes.Length && tree.Inodes[inode].Layer == layer; inode++)
        {
            work.Spend(1);
            var node = tree.Inodes[inode].Node;
            if (node < 0)
                continue;
            carried.Add(node);
            // Beside the target is only what a mv, which COPY stands for by now, took away.
            if (target != FileTree.Root && !inTarget.Has(node))
                continue;
            brought[node] = brought.GetValueOrDefault(node) + 1;
            all++;
        }
    }

    private void SumUp()
    {
        // Parents have lower numbers: when it is a folder's turn, all that is in it has been counted.
        var open = new PriorityQueue<int, int>(brought.Keys.Select(n => (n, -n)));
        while (open.TryDequeue(out var node, out _))
        {
            work.Spend(1);
            if (node == FileTree.Root)
                return;
            var parent = tree.Nodes[node].Parent;
            if (!brought.TryAdd(parent, brought[node]))
                brought[parent] += brought[node];
            else
                open.Enqueue(parent, -parent);
        }
    }

    /// <summary>Inodes ascend by layer.</summary>
    private int FirstOf(int layer)
    {
        var (low, high) = (0, tree.Inodes.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (tree.Inodes[middle].Layer < layer)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
