using System.Text;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem;

/// <summary>
/// A way to look at a tree: the final file system, the part of it that some layers brought, or what one layer alone
/// carries (its wasted files
/// included).
/// </summary>
public sealed class FileView
{
    private readonly NodeSizes[] sizes;

    /// <summary>In the view of some layers: nodes they have something at or below.</summary>
    private readonly bool[]? inView;

    private FileView(FileTree tree, int? layer, NodeSizes[] sizes, bool[]? inView)
    {
        Tree = tree;
        Layer = layer;
        this.sizes = sizes;
        this.inView = inView;
    }

    public FileTree Tree { get; }

    /// <summary>The layer looked at alone, or null for the final file system.</summary>
    public int? Layer { get; }

    public static FileView Final(FileTree tree) => new(tree, null, tree.FinalSizes, null);

    /// <summary>What the layers from the first up to the end brought of the final file system.</summary>
    public static FileView FinalOf(FileTree tree, int first, int end)
    {
        var inView = new bool[tree.Nodes.Length];
        for (var i = 0; i < inView.Length; i++)
        {
            ref readonly var node = ref tree.Nodes[i];
            // A directory that a layer only passed through is its own; a body may have come by another name.
            var brought = node.Layer >= first && node.Layer < end;
            if (!brought && tree.BodyAt(i) is var body and >= 0)
                brought = tree.Inodes[body].Layer >= first && tree.Inodes[body].Layer < end;
            for (var n = node.Visible && brought ? i : -1; n >= 0 && !inView[n]; n = tree.Nodes[n].Parent)
                inView[n] = true;
        }

        inView[FileTree.Root] = true;
        return new FileView(tree, null, tree.FinalSizesOf(first, end), inView);
    }

    public static FileView OfLayer(FileTree tree, int layer)
    {
        var sizes = new NodeSizes[tree.Nodes.Length];
        var inView = new bool[sizes.Length];
        var stacked = tree.Layers[layer];
        var entries = stacked.Layer.Entries;
        for (var i = 0; i < entries.Count; i++)
        {
            var node = tree.PlaceOf(layer, i);
            // Whiteouts have no place of their own; their bytes go to the root.
            sizes[Math.Max(node, FileTree.Root)] += new NodeSizes(0, stacked.Blob.Shares[i], 0, 0);
            for (var n = node; n >= 0 && !inView[n]; n = tree.Nodes[n].Parent)
                inView[n] = true;
        }

        inView[FileTree.Root] = true;
        foreach (ref readonly var inode in tree.Inodes)
        {
            if (inode.Layer != layer)
                continue;
            var size = tree.SizeOf(inode);
            sizes[Math.Max(inode.Node, FileTree.Root)] += new NodeSizes(size, 0, inode.HiddenBy < 0 ? 0 : size, 1);
        }

        tree.SumUp(sizes);
        return new FileView(tree, layer, sizes, inView);
    }

    public NodeSizes Sizes(int node) => sizes[node];

    public NodeSummary Describe(int node)
    {
        ref readonly var n = ref Tree.Nodes[node];
        return new NodeSummary(
            node, Tree.PathOf(node), node == FileTree.Root ? "/" : PathText.FromName(Tree.NameOf(node)),
            KindIn(node), sizes[node], Layer ?? n.Layer, IsWasted(node), HasChildren(node));
    }

    /// <summary>Nodes directly below, biggest first; equal ones by name.</summary>
    public IReadOnlyList<int> Children(int node, Measure measure)
    {
        var children = new List<int>();
        for (var c = Tree.Nodes[node].FirstChild; c >= 0; c = Tree.Nodes[c].NextSibling)
            if (IsIn(c, measure))
                children.Add(c);
        children.Sort((a, b) =>
        {
            var bySize = sizes[b].By(measure).CompareTo(sizes[a].By(measure));
            return bySize != 0 ? bySize : Tree.NameOf(a).SequenceCompareTo(Tree.NameOf(b));
        });
        return children;
    }

    /// <summary>Finds an absolute path in its text form; false when this view has nothing there.</summary>
    public bool TryFind(string path, out int node)
    {
        node = FileTree.Root;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Tree.Child(node, Encoding.UTF8.GetBytes(part));
            if (next < 0 && part.Contains('%', StringComparison.Ordinal))
                next = Tree.Child(node, PathText.Unescape(part));
            if (next < 0)
                return false;
            node = next;
        }

        return IsIn(node, Measure.Disk) || IsIn(node, Measure.Wasted);
    }

    private bool IsIn(int node, Measure measure) =>
        measure == Measure.Wasted ? sizes[node].WastedBytes > 0 : inView is null ? Tree.Nodes[node].Visible
            : inView[node];

    private bool HasChildren(int node)
    {
        for (var c = Tree.Nodes[node].FirstChild; c >= 0; c = Tree.Nodes[c].NextSibling)
            if (IsIn(c, Measure.Disk) || IsIn(c, Measure.Wasted))
                return true;
        return false;
    }

    private bool IsWasted(int node)
    {
        if (Layer is null)
            return !Tree.Nodes[node].Visible;
        return sizes[node].DiskBytes > 0 && sizes[node].WastedBytes == sizes[node].DiskBytes;
    }

    private EntryKind KindIn(int node)
    {
        ref readonly var n = ref Tree.Nodes[node];
        if (n.Visible)
            return n.LinkName ? EntryKind.HardLink : n.Kind;
        return n.FirstChild >= 0 ? EntryKind.Directory : n.Kind;
    }
}
