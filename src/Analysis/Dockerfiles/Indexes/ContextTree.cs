using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Dockerfiles.Indexes;

/// <summary>
/// What the COPYs took from the build context, wasted files included, by the names of files and of folders below the
/// targets.
/// </summary>
internal sealed class ContextTree
{
    private const int NotInTree = -2;

    private readonly FileTree tree;
    private readonly WorkBudget work;
    private readonly BodyCopies copies;

    /// <summary>By layer, the COPY that made it, and the node where it copied to.</summary>
    private readonly (Step Copy, int Target)?[] steps;

    /// <summary>By name, the nodes that have a file of a COPY at or below them.</summary>
    private readonly Dictionary<string, List<int>> named = new(StringComparer.Ordinal);

    private readonly Dictionary<(int Node, int Target), bool> isBelow = [];

    private readonly Dictionary<Step, bool> atTop = [];

    public ContextTree(Draft draft)
    {
        (tree, work) = (draft.Tree, draft.Work);
        steps = new (Step, int)?[tree.Layers.Count];
        foreach (var step in draft.Steps.Where(s => s.IsCopy && !s.IsFromStage))
            foreach (var layer in step.Layers.Where(l => l < steps.Length))
                steps[layer] = (step, TargetOf(step));
        work.Spend(tree.Inodes.Length);
        copies = new BodyCopies(tree);
        NameAll();
    }

    /// <summary>
    /// Files of COPYs that have one of some names, or lie in such a folder, below the target; the name is that of the
    /// highest such folder, and the place its path below the target.
    /// </summary>
    public IEnumerable<(Step Copy, string Name, Func<string> Place, (int Layer, int Ordinal) Body)> Named(
        IEnumerable<string> names)
    {
        var tops = names.SelectMany(n => named.GetValueOrDefault(n) ?? []).Order().ToList();
        var wanted = tops.ToHashSet();
        var inTops = new Subtrees(tree, wanted.Contains, work);
        var open = new Stack<int>();
        foreach (var top in tops)
        {
            if (inTops.HasAround(top))
                continue;
            open.Push(top);
            while (open.TryPop(out var node))
            {
                work.Spend(1);
                foreach (var file in FilesAt(node, top, wanted))
                    yield return file;
                for (var c = tree.Nodes[node].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling)
                    open.Push(c);
            }
        }
    }

    /// <summary>A COPY brought one of these right below its target.</summary>
    /// <param name="names">The same at each call.</param>
    public bool HasAtTop(Step copy, IReadOnlyList<string> names)
    {
        if (!atTop.TryGetValue(copy, out var known))
            atTop.Add(copy, known = Named(names).Any(f => f.Copy == copy && names.Contains(f.Place())));
        return known;
    }

    private IEnumerable<(Step, string, Func<string>, (int, int))> FilesAt(int node, int top, HashSet<int> wanted)
    {
        foreach (var i in copies.At(node))
        {
            var inode = tree.Inodes[i];
            if (steps[inode.Layer] is not var (copy, target) || tree.SizeOf(inode) == 0)
                continue;
            var found = target < 0 || node == target ? (wanted.Contains(node) && target != NotInTree ? node : -1)
                : HighestBelow(node, top, target, wanted);
            if (found >= 0)
                yield return (
                    copy, PathText.FromName(tree.NameOf(found)),
                    () => PathBelow(found, target < 0 || node == target ? tree.Nodes[node].Parent : target),
                    (inode.Layer, inode.Ordinal));
        }
    }

    /// <summary>The highest wanted node around a file that lies below the target; -1 when there is none.</summary>
    private int HighestBelow(int node, int top, int target, HashSet<int> wanted)
    {
        // Nearly always the highest one of all.
        if (IsBelow(top, target))
            return top;
        var found = -1;
        for (var n = node; n > target; n = tree.Nodes[n].Parent)
        {
            work.Spend(1);
            if (wanted.Contains(n))
                found = n;
            if (tree.Nodes[n].Parent == target)
                return found;
        }

        return -1;
    }

    private bool IsBelow(int node, int target)
    {
        if (!isBelow.TryGetValue((node, target), out var known))
        {
            var n = node;
            for (; n > target; n = tree.Nodes[n].Parent)
                work.Spend(1);
            isBelow.Add((node, target), known = n == target && node != target);
        }

        return known;
    }

    private string PathBelow(int node, int folder)
    {
        var parts = new Stack<string>();
        for (var n = node; n != folder; n = tree.Nodes[n].Parent)
            parts.Push(PathText.FromName(tree.NameOf(n)));
        work.Spend(parts.Count);
        return string.Join('/', parts);
    }

    private void NameAll()
    {
        var seen = new HashSet<int>();
        for (var i = 0; i < tree.Inodes.Length; i++)
        {
            var inode = tree.Inodes[i];
            if (inode.Node < 0 || steps[inode.Layer] is null || tree.SizeOf(inode) == 0)
                continue;
            for (var n = inode.Node; n > FileTree.Root && seen.Add(n); n = tree.Nodes[n].Parent)
            {
                work.Spend(1);
                var name = PathText.FromName(tree.NameOf(n));
                if (!named.TryGetValue(name, out var list))
                    named.Add(name, list = []);
                list.Add(n);
            }
        }
    }

    /// <returns>-1 when the target is not known: files then are known by their own names.</returns>
    private int TargetOf(Step copy)
    {
        if (copy.CopiedTo is not { } copied)
            return -1;
        var at = FileTree.Root;
        work.Spend(copied.Path.Length);
        foreach (var part in copied.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = tree.Child(at, Encoding.UTF8.GetBytes(part));
            if (next < 0 && part.Contains('%', StringComparison.Ordinal))
                next = tree.Child(at, PathText.Unescape(part));
            if (next < 0)
                return NotInTree;
            at = next;
        }

        return at;
    }
}
