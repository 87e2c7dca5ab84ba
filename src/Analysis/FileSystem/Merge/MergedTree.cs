using System.Runtime.InteropServices;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Merge;

/// <summary>
/// The tree while layers are replayed, and the layer at hand. Nothing is ever removed: a path that is hidden stays a
/// node
/// and loses its visibility, so that every node is hidden at most once for each time it was shown, and replaying stays
/// linear.
/// </summary>
internal sealed class MergedTree
{
    private readonly IReadOnlyList<ImageLayer> layers;
    private readonly List<Inode> inodes;
    private readonly WorkBudget work;

    /// <summary>
    /// By directory of which all children were hidden once: those that were shown since. A directory with a million
    /// hidden children may be emptied again by every layer.
    /// </summary>
    private readonly Dictionary<int, List<int>> shown = [];

    private long steps;

    public MergedTree(IReadOnlyList<ImageLayer> layers, WorkBudget work)
    {
        (this.layers, this.work) = (layers, work);
        // Enough unless symlinked parents lead to new places: growing would hold everything twice.
        var entriesInAll = layers.Sum(l => l.Layer.Entries.Count);
        Table = new NodeTable(layers, entriesInAll);
        Index = new NodeIndex(Table, entriesInAll);
        inodes = new List<Inode>(entriesInAll);
        Placed = new int[layers.Count][];
    }

    public NodeTable Table { get; }

    public NodeIndex Index { get; }

    /// <summary>By layer and ordinal, the node at which an entry was placed; -1 where it has none.</summary>
    public int[][] Placed { get; }

    public Span<Node> Nodes => Table.Nodes;

    public Span<Inode> Inodes => CollectionsMarshal.AsSpan(inodes);

    public int Layer { get; private set; }

    public EntryList Entries { get; private set; } = new();

    /// <summary>Another one as soon as what was found out of directories may no longer be so.</summary>
    public int Stamp { get; private set; }

    /// <summary>
    /// Names of files that the layer took away; null when it has no hard links, which alone ask for them.
    /// </summary>
    public HashSet<int>? JustHidden { get; set; }

    public void Begin(int layer)
    {
        Layer = layer;
        Entries = layers[layer].Layer.Entries;
        Stamp = 1;
        JustHidden = null;
        Placed[layer] = new int[Entries.Count];
        Array.Fill(Placed[layer], -1);
    }

    public FileTree Finish(bool keepIndex) => new(layers, Table, inodes, Placed, keepIndex ? Index : null);

    public void ForgetDirectories() => Stamp++;

    /// <summary>States work; what a name leads to by way of links is not bounded by the layers' entries.</summary>
    public void Count(long more)
    {
        const int Portion = 4096;
        if ((steps += more) < Portion)
            return;
        work.Spend(steps);
        steps = 0;
    }

    /// <summary>The body of an entry of this layer, at a node or, as bytes that reach nothing, at -1.</summary>
    /// <returns>Its number.</returns>
    public int AddInode(int ordinal, int node)
    {
        var (links, hiddenBy) = node < 0 ? (0, Layer) : (1, -1);
        inodes.Add(new Inode { Layer = Layer, Ordinal = ordinal, Node = node, Links = links, HiddenBy = hiddenBy });
        return inodes.Count - 1;
    }

    public int ChildOrNew(int parent, ReadOnlySpan<byte> name, int nameOrdinal)
    {
        var child = Index.Find(parent, name);
        if (child >= 0)
            return child;
        child = Table.Add(parent, name, Layer, nameOrdinal);
        Index.Add(child);
        return child;
    }

    public int NewUnwritten(int parent, ReadOnlySpan<byte> name)
    {
        var child = Table.AddUnwritten(parent, name);
        Index.Add(child);
        return child;
    }

    public void SetEntry(int node, EntryKind kind, int ordinal)
    {
        ref var n = ref Nodes[node];
        n.Kind = kind;
        n.Layer = Layer;
        n.Ordinal = ordinal;
        n.LinkName = false;
        n.Inode = -1;
        if (ordinal >= 0)
            Placed[Layer][ordinal] = node;
    }

    public void MakeDirectory(int node)
    {
        if (Nodes[node] is { Visible: true, Kind: EntryKind.Directory })
            return;
        if (Nodes[node].Visible)
            Hide(node);
        Show(node);
        SetEntry(node, EntryKind.Directory, -1);
    }

    public void Show(int node)
    {
        if (Nodes[node].Visible)
            return;
        Nodes[node].Visible = true;
        var parent = Nodes[node].Parent;
        Nodes[parent].VisibleChildren++;
        if (!Nodes[parent].WasEmptied)
            return;
        if (!shown.TryGetValue(parent, out var children))
            shown.Add(parent, children = []);
        children.Add(node);
    }

    public void Hide(int node)
    {
        Nodes[Nodes[node].Parent].VisibleChildren--;
        HideSubtree(node);
    }

    public void HideChildren(int directory)
    {
        var stack = new Stack<int>();
        TakeVisibleChildren(directory, stack);
        while (stack.TryPop(out var child))
            HideSubtree(child);
    }

    private void HideSubtree(int top)
    {
        // A directory that goes, or a link to one, may be remembered as where some path of this layer leads.
        if (Nodes[top].Kind is EntryKind.Directory or EntryKind.Symlink)
            Stamp++;
        var stack = new Stack<int>();
        stack.Push(top);
        while (stack.TryPop(out var at))
        {
            ref var node = ref Nodes[at];
            node.Visible = false;
            if (node.Inode >= 0)
                JustHidden?.Add(at);
            if (node.Inode >= 0 && --Inodes[node.Inode].Links == 0)
                Inodes[node.Inode].HiddenBy = Layer;
            if (node.VisibleChildren > 0)
                TakeVisibleChildren(at, stack);
        }
    }

    /// <summary>The children of a directory that are about to be hidden, all of them.</summary>
    private void TakeVisibleChildren(int directory, Stack<int> children)
    {
        ref var node = ref Nodes[directory];
        var left = node.VisibleChildren;
        node.VisibleChildren = 0;
        if (node.WasEmptied)
        {
            if (!shown.Remove(directory, out var candidates))
                return;
            Count(candidates.Count);
            // One that was shown twice since is taken once.
            foreach (var c in candidates)
                if (Nodes[c].Visible)
                {
                    Nodes[c].Visible = false;
                    children.Push(c);
                }

            return;
        }

        for (var c = node.FirstChild; c >= 0 && left > 0; c = Nodes[c].NextSibling)
        {
            Count(1);
            if (!Nodes[c].Visible)
                continue;
            left--;
            children.Push(c);
        }

        node.WasEmptied = true;
    }
}
