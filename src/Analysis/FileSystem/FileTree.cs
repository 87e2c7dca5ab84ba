using System.Runtime.InteropServices;
using System.Text;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Merge;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem;

/// <summary>
/// Every path that any layer of an image ever had, and what the final file system has there. Nodes are numbers
/// (0 is the root), so that a million of them stay small.
/// </summary>
public sealed class FileTree
{
    public const int Root = 0;

    private readonly NodeTable table;
    private readonly List<Inode> inodes;
    private readonly int[][] placed;
    private NodeIndex? index;
    private NodeSizes[]? finalSizes;
    private int[]? homes;
    private Dictionary<int, int>? otherNames;
    private SettledLedger? settled;
    private WideFolders? wide;

    /// <param name="index">For the first who looks for paths, when somebody will.</param>
    internal FileTree(
        IReadOnlyList<ImageLayer> layers, NodeTable table, List<Inode> inodes, int[][] placed, NodeIndex? index)
    {
        this.index = index;
        Layers = layers;
        this.table = table;
        this.inodes = inodes;
        this.placed = placed;
        foreach (ref readonly var node in Nodes)
            if (node is { Visible: true, Kind: EntryKind.File })
                VisibleFiles++;
    }

    public IReadOnlyList<ImageLayer> Layers { get; }

    public LedgerTotals Ledger => Settled.Totals;

    /// <summary>Wasted bytes by the layer that carries them.</summary>
    public IReadOnlyList<long> WastedByLayer => Settled.WastedByLayer;

    /// <summary>Paths of regular files in the final file system, every hard-linked name counted.</summary>
    public int VisibleFiles { get; }

    /// <summary>Bytes held in memory, the layers' entries included, for caches that work under a budget.</summary>
    public long MemoryBytes =>
        (table.Capacity * 52L) + (inodes.Capacity * 20L) + placed.Sum(p => p.Length * 4L) + (table.Count * 44L)
        + Layers.Select(l => l.Layer).Distinct().Sum(l => l.Entries.MemoryBytes)
        + Layers.Select(l => l.Blob).Distinct().Sum(b => b.Shares.Count * 8L);

    private SettledLedger Settled =>
        settled ?? LazyInitializer.EnsureInitialized(ref settled, () => LedgerBook.Settle(this));

    internal WideFolders WideFolders =>
        wide ?? LazyInitializer.EnsureInitialized(ref wide, () => new WideFolders(this));

    internal ReadOnlySpan<Node> Nodes => table.Nodes;

    internal ReadOnlySpan<Inode> Inodes => CollectionsMarshal.AsSpan(inodes);

    /// <summary>Replays the layers from the lowest up.</summary>
    public static FileTree Merge(IReadOnlyList<ImageLayer> layers, CancellationToken cancellationToken) =>
        new TreeMerger(layers, cancellationToken).Merge();

    /// <summary>The same with the ledger that was settled when these layers were merged first.</summary>
    public static FileTree Merge(
        IReadOnlyList<ImageLayer> layers, SettledLedger ledger, CancellationToken cancellationToken)
    {
        var tree = Merge(layers, cancellationToken);
        tree.settled = ledger;
        return tree;
    }

    /// <summary>The same under the caps, for layers that were never merged before.</summary>
    /// <exception cref="ImageException">A cap is exceeded.</exception>
    public static FileTree Merge(
        IReadOnlyList<ImageLayer> layers, AnalysisOptions options, CancellationToken cancellationToken) =>
        Merge(layers, options, new WorkBudget(options, cancellationToken));

    /// <summary>The same as a part of an analysis.</summary>
    public static FileTree Merge(IReadOnlyList<ImageLayer> layers, AnalysisOptions options, WorkBudget work) =>
        new TreeMerger(layers, options, work).Merge();

    /// <summary>The final file system, parents before children; the root itself is not listed.</summary>
    public IEnumerable<VisibleEntry> VisibleEntries()
    {
        var path = new StringBuilder();
        var stack = new Stack<(int Node, int Length)>();
        PushChildren(Root, 0);
        while (stack.TryPop(out var at))
        {
            path.Length = at.Length;
            path.Append('/').Append(PathText.FromName(NameOf(at.Node)));
            yield return Describe(at.Node, path.ToString());
            PushChildren(at.Node, path.Length);
        }

        void PushChildren(int node, int length)
        {
            for (var c = Nodes[node].FirstChild; c >= 0; c = Nodes[c].NextSibling)
                if (Nodes[c].Visible)
                    stack.Push((c, length));
        }
    }

    /// <summary>Absolute, in text form.</summary>
    public string PathOf(int node)
    {
        if (node == Root)
            return "/";
        var parts = new Stack<string>();
        for (; node != Root; node = Nodes[node].Parent)
            parts.Push(PathText.FromName(NameOf(node)));
        return "/" + string.Join('/', parts);
    }

    /// <summary>The last component's bytes.</summary>
    public ReadOnlySpan<byte> NameOf(int node) => table.NameOf(node);

    /// <summary>
    /// What the entry that stands at a node links to: a symlink's target as written, a hard link's path.
    /// </summary>
    internal ReadOnlySpan<byte> LinkTargetOf(int node) => table.LinkTargetOf(node);

    internal LayerEntry EntryOf(in Inode inode) => Layers[inode.Layer].Layer.Entries[inode.Ordinal];

    /// <summary>What two files of the same content have in common.</summary>
    internal (UInt128 Hash, long Size) ContentOf(in Inode inode)
    {
        var entries = Layers[inode.Layer].Layer.Entries;
        return (entries.ContentHash(inode.Ordinal), entries.Size(inode.Ordinal));
    }

    internal long SizeOf(in Inode inode) => Layers[inode.Layer].Layer.Entries.Size(inode.Ordinal);

    internal long PullOf(in Inode inode) => Layers[inode.Layer].Blob.Shares[inode.Ordinal];

    /// <summary>
    /// All nodes but the root. The tree does not keep it: it is as big as a sixth of the nodes, and few look for paths.
    /// </summary>
    internal NodeIndex TakeIndex()
    {
        if (Interlocked.Exchange(ref index, null) is { } ready)
            return ready;
        var made = new NodeIndex(table, table.Count);
        for (var i = 1; i < table.Count; i++)
            made.Add(i);
        return made;
    }

    /// <summary>The node at which an ordinal of a layer was placed; -1 for whiteouts and what has no place.</summary>
    internal int PlaceOf(int layer, int ordinal) => placed[layer][ordinal];

    /// <summary>The inode that an entry made; -1 when it made none.</summary>
    internal int InodeOf(int layer, int ordinal)
    {
        // They are numbered as layers are replayed: ascending by layer and by ordinal.
        var (low, high) = (0, inodes.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            ref readonly var inode = ref Inodes[middle];
            var side = inode.Layer != layer ? inode.Layer.CompareTo(layer) : inode.Ordinal.CompareTo(ordinal);
            if (side == 0)
                return middle;
            (low, high) = side < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>
    /// The name at which an inode's bytes are counted: the one that carried it, or while that is gone another; -1 when
    /// it is
    /// wasted.
    /// </summary>
    internal int HomeOf(int inode)
    {
        var known = homes ?? LazyInitializer.EnsureInitialized(ref homes, FindHomes);
        return known[inode];
    }

    /// <summary>Totals of every node in the final file system.</summary>
    internal NodeSizes[] FinalSizes =>
        finalSizes ?? LazyInitializer.EnsureInitialized(ref finalSizes, () => SumFinal(0, Layers.Count));

    /// <summary>
    /// The part of them that some layers brought: parts of layers that are all layers together add up to the whole.
    /// </summary>
    internal NodeSizes[] FinalSizesOf(int first, int end) => SumFinal(first, end);

    /// <summary>
    /// Adds what nodes have of their own up to the root; parents have lower numbers than their children.
    /// </summary>
    internal void SumUp(NodeSizes[] sizes)
    {
        var all = Nodes;
        for (var i = sizes.Length - 1; i > Root; i--)
            sizes[all[i].Parent] += sizes[i];
    }

    private int[] FindHomes()
    {
        var found = new int[inodes.Count];
        Array.Fill(found, -1);
        var all = Nodes;
        for (var i = 0; i < all.Length; i++)
        {
            ref readonly var node = ref all[i];
            if (!node.Visible || node.Inode < 0)
                continue;
            if (found[node.Inode] < 0 || Inodes[node.Inode].Node == i)
                found[node.Inode] = i;
        }

        return found;
    }

    private NodeSizes[] SumFinal(int first, int end)
    {
        var sizes = new NodeSizes[table.Count];
        var all = Nodes;
        for (var i = 0; i < all.Length; i++)
        {
            ref readonly var node = ref all[i];
            if (!node.Visible || node.Layer < first || node.Layer >= end)
                continue;
            var files = node.Kind == EntryKind.File ? 1 : 0;
            // A name made by a link costs its own record; the body is counted at its home.
            var isBody = node.Inode >= 0 && !node.LinkName;
            var pull = node.Ordinal < 0 || isBody ? 0 : Layers[node.Layer].Blob.Shares[node.Ordinal];
            sizes[i] += new NodeSizes(0, pull, 0, files);
        }

        for (var i = 0; i < inodes.Count; i++)
        {
            var inode = Inodes[i];
            if (inode.Layer < first || inode.Layer >= end)
                continue;
            var home = HomeOf(i);
            var size = SizeOf(inode);
            if (home >= 0)
                sizes[home] += new NodeSizes(size, PullOf(inode), 0, 0);
            else
                sizes[Math.Max(inode.Node, Root)] += new NodeSizes(0, 0, size, 0);
        }

        SumUp(sizes);
        return sizes;
    }

    private VisibleEntry Describe(int index, string path)
    {
        ref readonly var node = ref Nodes[index];
        LayerEntry entry = default;
        string? content = null;
        if (node.Inode >= 0)
        {
            entry = EntryOf(Inodes[node.Inode]);
            content = entry.ContentHash.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
        }
        else if (node.Ordinal >= 0)
        {
            entry = Layers[node.Layer].Layer.Entries[node.Ordinal];
        }

        var target = node.LinkName ? TargetOf(index)
            : node is { Ordinal: >= 0, Kind: EntryKind.Symlink } ? PathText.FromName(LinkTargetOf(index)) : null;

        return new VisibleEntry(
            path,
            node.LinkName ? "hardlink" : EntryKindText.Format(node.Kind),
            entry.Size,
            node.Ordinal < 0 ? 0x1ed : entry.Mode,
            entry.Uid,
            entry.Gid,
            Time(entry.Mtime),
            target,
            node.Layer,
            content);
    }

    /// <summary>
    /// Another name of the same file: the one that the layer states, while it is one, for a later layer may have put
    /// something else there. Null when there is none.
    /// </summary>
    private string? TargetOf(int link)
    {
        var inode = Nodes[link].Inode;
        if (inode < 0)
            return null;
        var at = Root;
        var stated = LinkTargetOf(link);
        for (var rest = stated; rest.Length > 0 && at >= 0;)
        {
            var slash = rest.IndexOf((byte)'/');
            at = this.Child(at, slash < 0 ? rest : rest[..slash]);
            rest = slash < 0 ? default : rest[(slash + 1)..];
        }

        if (at >= 0 && at != link && Nodes[at].Visible && Nodes[at].Inode == inode)
            return "/" + PathText.FromName(stated);
        var home = HomeOf(inode);
        var known = otherNames ?? LazyInitializer.EnsureInitialized(ref otherNames, FindOtherNames);
        return home != link ? PathOf(home) : known.TryGetValue(inode, out var other) ? PathOf(other) : null;
    }

    /// <summary>Of inodes with several names, one at which the bytes are not counted.</summary>
    private Dictionary<int, int> FindOtherNames()
    {
        var found = new Dictionary<int, int>();
        for (var i = 0; i < Nodes.Length; i++)
            if (Nodes[i] is { Visible: true, LinkName: true, Inode: >= 0 and var inode } && HomeOf(inode) != i)
                found.TryAdd(inode, i);
        return found;
    }

    private static DateTime Time(long seconds)
    {
        // A header can state times that no calendar has.
        var last = DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond - 62135596800;
        return DateTime.UnixEpoch.AddSeconds(Math.Clamp(seconds, -62135596800, last));
    }
}
