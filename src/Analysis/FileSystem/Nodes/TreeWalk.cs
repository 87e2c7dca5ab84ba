using System.Text;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>Ways through a tree. <see cref="PathFinder"/> finds many paths, and follows links.</summary>
internal static class TreeWalk
{
    /// <summary>The visible node at an absolute path, no symlink followed; or -1.</summary>
    public static int Find(this FileTree tree, string path)
    {
        var at = FileTree.Root;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            if ((at = tree.Find(at, part)) < 0)
                break;
        return at;
    }

    /// <summary>The visible node of that name directly below another one; or -1.</summary>
    public static int Find(this FileTree tree, int parent, string name) =>
        tree.Child(parent, Encoding.UTF8.GetBytes(name)) is var child and >= 0 && tree.Nodes[child].Visible ? child
            : -1;

    /// <summary>The node of that name directly below another one, visible or not; or -1.</summary>
    public static int Child(this FileTree tree, int parent, ReadOnlySpan<byte> name) =>
        tree.WideFolders.Find(parent, name);

    public static IEnumerable<int> VisibleChildren(this FileTree tree, int node)
    {
        for (var c = tree.Nodes[node].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling)
            if (tree.Nodes[c].Visible)
                yield return c;
    }

    /// <summary>The same under a budget.</summary>
    public static IEnumerable<int> VisibleChildren(this FileTree tree, int node, WorkBudget work)
    {
        var looked = 1;
        try
        {
            for (var c = tree.Nodes[node].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling, looked++)
                if (tree.Nodes[c].Visible)
                    yield return c;
        }
        finally
        {
            work.Spend(looked);
        }
    }

    /// <summary>The node and everything visible below it.</summary>
    public static IEnumerable<int> Below(this FileTree tree, int node)
    {
        var stack = new Stack<int>();
        stack.Push(node);
        while (stack.TryPop(out var at))
        {
            yield return at;
            foreach (var child in tree.VisibleChildren(at))
                stack.Push(child);
        }
    }

    /// <summary>The same under a budget.</summary>
    public static IEnumerable<int> Below(this FileTree tree, int node, WorkBudget work)
    {
        var meter = new StepMeter(work);
        var stack = new Stack<int>();
        stack.Push(node);
        try
        {
            while (stack.TryPop(out var at))
            {
                meter.Count();
                yield return at;
                for (var c = tree.Nodes[at].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling)
                {
                    meter.Count();
                    if (tree.Nodes[c].Visible)
                        stack.Push(c);
                }
            }
        }
        finally
        {
            meter.Settle();
        }
    }

    /// <summary>
    /// The inode whose bytes are counted at this node; -1 when it has none or shares them with another name.
    /// </summary>
    public static int BodyAt(this FileTree tree, int node)
    {
        var inode = tree.Nodes[node].Inode;
        return inode >= 0 && tree.HomeOf(inode) == node ? inode : -1;
    }
}
