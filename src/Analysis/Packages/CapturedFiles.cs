using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages;

/// <summary>
/// What catalogues look at: the captured files of the final file system, what they were in lower layers, and the tree.
/// </summary>
internal sealed class CapturedFiles
{
    /// <summary>
    /// Each node is in a package or two, and looked at as a child and for itself; a list that names the root again and
    /// again must not cost more.
    /// </summary>
    private const int WalksPerNode = 16;

    /// <summary>What it takes to know one, beside the capture itself.</summary>
    private const int BytesEach = 120;

    /// <summary>By node, and of a node by layer.</summary>
    private readonly (int Node, int Layer, Capture Capture)[] versions;

    private readonly Dictionary<int, CapturedFile> byNode = [];
    private readonly LinkNames links;
    private readonly System.Runtime.CompilerServices.StrongBox<int> omitted = new();
    private long walkLeft;
    private readonly BodyCopies copies;

    public CapturedFiles(FileTree tree, WorkBudget work)
    {
        Tree = tree;
        Work = work;
        walkLeft = (long)tree.Nodes.Length * WalksPerNode;
        Paths = new PathFinder(tree, work);
        links = new LinkNames(tree, work);
        var placed = new List<(int Node, int Layer, Capture Capture)>();
        for (var layer = 0; layer < tree.Layers.Count; layer++)
        {
            var captures = tree.Layers[layer].Layer.Captures;
            work.Spend(captures.Count);
            work.Hold((long)captures.Count * BytesEach);
            foreach (var capture in captures)
                Place(layer, capture, placed);
        }

        versions = [.. placed.OrderBy(p => p.Node)];
        copies = new BodyCopies(tree);
        Distribution = Distribution.Read(this);
    }

    public FileTree Tree { get; }

    public WorkBudget Work { get; }

    public PathFinder Paths { get; private set; }

    public Distribution Distribution { get; }

    public int Omitted => omitted.Value;

    /// <summary>
    /// The same for another thread: only what a search remembers, and how far it may go, are its own.
    /// </summary>
    public CapturedFiles Fork()
    {
        var fork = (CapturedFiles)MemberwiseClone();
        fork.Paths = Paths.Fork();
        return fork;
    }

    /// <summary>What is in a file that was read, and cannot be.</summary>
    public void NoteOmitted(int more) => Interlocked.Add(ref omitted.Value, more);

    public IEnumerable<CapturedFile> OfKind(CaptureKind kind)
    {
        Work.Spend(byNode.Count);
        return byNode.Values.Where(f => f.Capture.Kind == kind);
    }

    public CapturedFile? At(int node, CaptureKind kind) =>
        byNode.TryGetValue(node, out var file) && file.Capture.Kind == kind ? file : null;

    public CapturedFile? At(string path, CaptureKind kind) => At(Paths.Find(FileTree.Root, path), kind);

    /// <summary>The file as each layer that wrote it had it, the lowest first.</summary>
    public IEnumerable<(int Layer, Capture Capture)> Versions(int node)
    {
        var (low, high) = (0, versions.Length);
        while (low < high)
            if (versions[(low + high) / 2].Node < node)
                low = ((low + high) / 2) + 1;
            else
                high = (low + high) / 2;
        for (; low < versions.Length && versions[low].Node == node; low++)
            yield return (versions[low].Layer, versions[low].Capture);
    }

    /// <summary>
    /// The lowest layer that has had the same content at the same place: a copy by chown brings nothing.
    /// </summary>
    public int Origin(int node)
    {
        var inode = Tree.Nodes[node].Inode;
        if (inode < 0)
            return Math.Max(Tree.Nodes[node].Layer, 0);
        var content = Tree.ContentOf(Tree.Inodes[inode]);
        var layer = Tree.Inodes[inode].Layer;
        foreach (var wasted in WastedAt(node))
            if (Tree.Inodes[wasted].Layer < layer && Tree.ContentOf(Tree.Inodes[wasted]) == content)
                layer = Tree.Inodes[wasted].Layer;
        return layer;
    }

    /// <summary>
    /// The node and everything visible below it; nothing for -1 and for the root, which no package has for itself.
    /// </summary>
    public IReadOnlyList<int> Below(int node)
    {
        if (node <= FileTree.Root)
            return [];
        var found = new List<int>();
        var open = new Stack<int>();
        open.Push(node);
        while (walkLeft > 0 && open.TryPop(out var at))
        {
            found.Add(at);
            var looked = 1;
            for (var child = Tree.Nodes[at].FirstChild; child >= 0; child = Tree.Nodes[child].NextSibling)
            {
                looked++;
                if (Tree.Nodes[child].Visible)
                    open.Push(child);
            }

            walkLeft -= looked;
            Work.Spend(looked);
        }

        return found;
    }

    public IEnumerable<int> WastedAt(int node)
    {
        foreach (var inode in copies.At(node))
        {
            Work.Spend(1);
            if (Tree.Inodes[inode].HiddenBy >= 0)
                yield return inode;
        }
    }

    private void Place(int layer, Capture capture, List<(int Node, int Layer, Capture Capture)> placed)
    {
        if (capture.Ordinal < 0 || capture.Ordinal >= Tree.Layers[layer].Layer.Entries.Count)
            return;
        var own = Tree.PlaceOf(layer, capture.Ordinal);
        if (own >= 0)
            placed.Add((own, layer, capture));
        var isThere = own >= 0 && Tree.Nodes[own] is { Visible: true, Inode: >= 0 } n
            && Tree.Inodes[n.Inode] is var inode && inode.Layer == layer && inode.Ordinal == capture.Ordinal;
        var others = links.NamesOf(layer, capture.Ordinal);
        if (!isThere && others.Count == 0)
            return;
        foreach (var node in others.Count == 0 ? [own] : links.Used(isThere ? [own, .. others] : others))
        {
            byNode[node] = new CapturedFile(this, node, layer, capture);
            if (node == own)
                continue;
            Work.Hold(BytesEach);
            placed.Add((node, layer, capture));
        }

        if (capture.Kind == CaptureKind.Omitted)
            NoteOmitted(1);
    }
}
