using System.Text;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Merge;

/// <summary>The hard links of the layer at hand: names that share a body which another record carries.</summary>
internal sealed class HardLinks(MergedTree tree, LayerDirectories directories)
{
    /// <summary>AUFS keeps bodies of several names beside the tree (.wh..wh.plnk).</summary>
    private readonly Dictionary<string, int> outsideTree = [];

    private List<int>? waiting;

    /// <param name="Node">Where the target stands; -1 when nothing visible does.</param>
    /// <param name="Kind">Of what stands there.</param>
    /// <param name="Inode">Its body; -1 when it has none.</param>
    private readonly record struct Target(int Node, EntryKind Kind, int Inode);

    /// <summary>Takes each link of a layer that has a body, and which, where somebody wants to know.</summary>
    public List<(int Layer, int Ordinal, int Inode)>? Links { get; init; }

    public void Begin()
    {
        outsideTree.Clear();
        waiting = null;
    }

    public void AddOutsideTree(string path, int inode) => outsideTree[path] = inode;

    public void Place(int ordinal)
    {
        if (TryFind(tree.Entries.LinkTarget(ordinal), out var target))
            Place(ordinal, target);
        else
            (waiting ??= []).Add(ordinal);
    }

    /// <summary>When all else is placed: a link may stand before its target.</summary>
    public void PlaceWaiting()
    {
        foreach (var ordinal in waiting ?? [])
        {
            var path = tree.Entries.LinkTarget(ordinal);
            if (!TryFind(path, out var target))
                target = JustHidden(path) is var hidden and >= 0
                    // What a marker of this layer took away: links are made first, as unpackers do that read records in
                    // turn.
                    ? new Target(-1, tree.Nodes[hidden].Kind, tree.Nodes[hidden].Inode)
                    // Kept as a name without a file, so that the listing shows what the layer has.
                    : new Target(-1, EntryKind.HardLink, -1);
            Place(ordinal, target);
        }
    }

    private bool TryFind(ReadOnlySpan<byte> path, out Target target)
    {
        var found = directories.Lookup(path);
        if (found >= 0 && tree.Nodes[found].Kind != EntryKind.Directory)
        {
            target = new Target(found, tree.Nodes[found].Kind, tree.Nodes[found].Inode);
            return true;
        }

        var known = outsideTree.TryGetValue(Encoding.Latin1.GetString(path), out var inode);
        target = new Target(-1, EntryKind.File, inode);
        return known;
    }

    /// <summary>
    /// A file of a lower layer whose name this layer took away, and nothing stands there since; -1 when there is none
    /// at the
    /// path.
    /// </summary>
    private int JustHidden(ReadOnlySpan<byte> path)
    {
        var at = FileTree.Root;
        while (path.Length > 0 && at >= 0)
        {
            var slash = path.IndexOf((byte)'/');
            at = tree.Index.Find(at, slash < 0 ? path : path[..slash]);
            path = slash < 0 ? default : path[(slash + 1)..];
        }

        if (at < 0 || tree.JustHidden?.Contains(at) != true)
            return -1;
        ref readonly var node = ref tree.Nodes[at];
        // A directory that the layer put in its place, and took away again, has no body.
        return !node.Visible && node.Inode >= 0 && tree.Inodes[node.Inode].Layer < tree.Layer ? at : -1;
    }

    private void Place(int ordinal, Target target)
    {
        // The target's record is noted now: the new name's own parents may replace it.
        var (targetLayer, targetOrdinal) =
            target.Node >= 0 ? (tree.Nodes[target.Node].Layer, tree.Nodes[target.Node].Ordinal) : (tree.Layer, ordinal);
        var node = tree.ChildOrNew(directories.For(tree.Entries.Parent(ordinal)), tree.Entries.Name(ordinal), ordinal);
        if (target.Inode >= 0)
            Links?.Add((tree.Layer, ordinal, target.Inode));
        if (node == target.Node)
            return;
        // The new name counts before the old one goes: it may be the last name of the same inode.
        if (target.Inode >= 0)
            AddName(target.Inode, node);
        if (tree.Nodes[node].Visible)
            tree.Hide(node);
        tree.Show(node);
        tree.SetEntry(node, target.Kind, ordinal);
        ref var placed = ref tree.Nodes[node];
        if (target.Inode < 0 && target.Node >= 0)
        {
            // A second name of a symlink or device: there are no bytes to share, it is simply another one.
            (placed.Layer, placed.Ordinal) = (targetLayer, targetOrdinal);
            return;
        }

        placed.LinkName = true;
        placed.Inode = target.Inode;
    }

    private void AddName(int inode, int node)
    {
        ref var shared = ref tree.Inodes[inode];
        shared.Links++;
        shared.HiddenBy = -1;
        if (shared.Node < 0)
            shared.Node = node;
    }
}
