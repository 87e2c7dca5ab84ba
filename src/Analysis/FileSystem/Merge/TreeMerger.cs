using System.Runtime.InteropServices;
using System.Text;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Merge;

/// <summary>
/// Replays layers over each other. Nothing is ever removed: a path that is hidden stays a node and loses its
/// visibility, so that every node is hidden at most once for each time it was shown, and replaying stays linear.
/// </summary>
internal sealed class TreeMerger
{
    /// <summary>Linux gives up after as many (ELOOP).</summary>
    private const int MaxHops = 40;

    private readonly IReadOnlyList<ImageLayer> layers;
    private readonly AnalysisOptions? options;
    private readonly CancellationToken cancellationToken;
    private readonly List<Node> nodes;
    private readonly List<Inode> inodes;
    private readonly EntryList ownNames = new();
    private readonly NodeIndex index;
    private readonly int[][] placed;
    private readonly Dictionary<string, int> plink = [];

    // Of the layer at hand.
    private int layer;
    private EntryList entries = new();
    private int[] directoryNodes = [];
    private int[] directoryStamps = [];
    private int stamp;
    private bool hasAufsMeta;
    private HashSet<(int Parent, string Name)>? ownDirectories;

    /// <summary>Names of files that it took away; null when it has no hard links, which alone ask for them.</summary>
    private HashSet<int>? justHidden;

    public TreeMerger(IReadOnlyList<ImageLayer> layers, AnalysisOptions? options, CancellationToken cancellationToken)
    {
        this.layers = layers;
        this.options = options;
        this.cancellationToken = cancellationToken;
        // Enough unless symlinked parents lead to new places: growing would hold everything twice.
        var entriesInAll = layers.Sum(l => l.Layer.Entries.Count);
        nodes = new List<Node>(entriesInAll + 1);
        inodes = new List<Inode>(entriesInAll);
        index = new NodeIndex(entriesInAll);
        placed = new int[layers.Count][];
        nodes.Add(new Node
        {
            Parent = -1,
            FirstChild = -1,
            NextSibling = -1,
            Inode = -1,
            Ordinal = -1,
            Kind = EntryKind.Directory,
            Visible = true,
        });
    }

    /// <summary>Takes each link of a layer that has a body, and which, where somebody wants to know.</summary>
    public List<(int Layer, int Ordinal, int Inode)>? Links { get; init; }

    private Span<Node> Nodes => CollectionsMarshal.AsSpan(nodes);

    private Span<Inode> Inodes => CollectionsMarshal.AsSpan(inodes);

    public FileTree Merge()
    {
        for (layer = 0; layer < layers.Count; layer++)
        {
            entries = layers[layer].Layer.Entries;
            directoryNodes = new int[entries.Count];
            directoryStamps = new int[entries.Count];
            stamp = 1;
            hasAufsMeta = HasAufsMeta();
            ownDirectories = null;
            placed[layer] = new int[entries.Count];
            Array.Fill(placed[layer], -1);
            ApplyMarkers();
            PlaceEntries();
        }

        // A new image's packages are looked for next; one that was stored has them.
        return new FileTree(layers, nodes, inodes, ownNames, placed, options is null ? null : index);
    }

    /// <summary>Markers act on lower layers only, whatever their place in their own; opaque ones first.</summary>
    private void ApplyMarkers()
    {
        justHidden = null;
        if (layer == 0)
            return;
        for (var i = 0; i < entries.Count && justHidden is null; i++)
            if (entries.Kind(i) == EntryKind.HardLink)
                justHidden = [];
        List<int>? whiteouts = null;
        stamp++;
        for (var i = 0; i < entries.Count; i++)
        {
            var name = entries.Name(i);
            if (!Whiteout.IsMarker(name) || Whiteout.IsMeta(name))
                continue;
            if (!Whiteout.IsOpaque(name))
                (whiteouts ??= []).Add(i);
            else if (ExistingDirectory(entries.Parent(i)) is var directory and >= 0)
                HideChildren(directory);
        }

        if (whiteouts is null)
            return;
        // An opaque marker may have taken directories away that were found before it.
        stamp++;
        foreach (var i in whiteouts)
        {
            CheckTime(i);
            // A marker without a target (kaniko and Microsoft images have them) hides nothing.
            if (ExistingDirectory(entries.Parent(i)) is var directory and >= 0
                && Child(directory, Whiteout.Target(entries.Name(i))) is var target and >= 0 && Nodes[target].Visible)
                Hide(target);
        }
    }

    private void PlaceEntries()
    {
        stamp++;
        plink.Clear();
        List<int>? waiting = null;
        for (var i = 0; i < entries.Count; i++)
        {
            CheckTime(i);
            var kind = entries.Kind(i);
            if (kind is EntryKind.Implied or EntryKind.Other)
                continue;
            var name = entries.Name(i);
            if (Whiteout.IsMarker(name) || (name.Length == 0 && kind != EntryKind.Directory))
            {
                // The bytes of a marker or of a file without a name, if a writer gave it any, are carried and reach nothing.
                if (kind == EntryKind.File && entries.Size(i) > 0)
                    inodes.Add(new Inode { Layer = layer, Ordinal = i, Node = -1, HiddenBy = layer });
                continue;
            }

            if (IsAufsMeta(entries.Parent(i)))
            {
                if (kind == EntryKind.File)
                {
                    plink[LexicalPath(i)] = inodes.Count;
                    inodes.Add(new Inode { Layer = layer, Ordinal = i, Node = -1, HiddenBy = layer });
                }

                continue;
            }

            if (name.Length == 0)
            {
                SetEntry(FileTree.Root, EntryKind.Directory, i);
                continue;
            }

            if (kind == EntryKind.HardLink && !PlaceLink(i, last: false))
                (waiting ??= []).Add(i);
            else if (kind != EntryKind.HardLink)
                Place(i);
        }

        // A link may stand before its target.
        foreach (var i in waiting ?? [])
            PlaceLink(i, last: true);
    }

    private void CheckTime(int step)
    {
        if (step % 1024 == 0)
            cancellationToken.ThrowIfCancellationRequested();
    }

    private void Place(int ordinal)
    {
        var kind = entries.Kind(ordinal);
        var node = ChildOrNew(DirectoryFor(entries.Parent(ordinal)), entries.Name(ordinal), layer, ordinal);
        var visible = Nodes[node].Visible;
        if (kind == EntryKind.Directory)
        {
            // Over a directory only its attributes change.
            if (visible && Nodes[node].Kind != EntryKind.Directory)
                Hide(node);
            Show(node);
            SetEntry(node, EntryKind.Directory, ordinal);
            return;
        }

        if (visible)
            Hide(node);
        Show(node);
        SetEntry(node, kind, ordinal);
        if (kind == EntryKind.File)
        {
            Nodes[node].Inode = inodes.Count;
            inodes.Add(new Inode { Layer = layer, Ordinal = ordinal, Node = node, Links = 1, HiddenBy = -1 });
        }
    }

    /// <summary>False when the target is not there (yet).</summary>
    private bool PlaceLink(int ordinal, bool last)
    {
        var target = entries.LinkTarget(ordinal);
        int inode;
        EntryKind kind;
        var found = Lookup(target);
        if (found >= 0 && Nodes[found].Kind != EntryKind.Directory)
        {
            inode = Nodes[found].Inode;
            kind = Nodes[found].Kind;
        }
        else if (plink.TryGetValue(Encoding.Latin1.GetString(target), out inode))
        {
            kind = EntryKind.File;
            found = -1;
        }
        else if (last && JustHidden(target) is var hidden and >= 0)
        {
            // What a marker of this layer took away: links are made first, as unpackers do that read records in turn.
            (inode, kind, found) = (Nodes[hidden].Inode, Nodes[hidden].Kind, -1);
        }
        else if (last)
        {
            // Kept as a name without a file, so that the listing shows what the layer has.
            (inode, kind, found) = (-1, EntryKind.HardLink, -1);
        }
        else
        {
            return false;
        }

        // The target's record is noted now: the new name's own parents may replace it.
        var (targetLayer, targetOrdinal) = found >= 0 ? (Nodes[found].Layer, Nodes[found].Ordinal) : (layer, ordinal);
        var node = ChildOrNew(DirectoryFor(entries.Parent(ordinal)), entries.Name(ordinal), layer, ordinal);
        if (inode >= 0)
            Links?.Add((layer, ordinal, inode));
        if (node == found)
            return true;
        // The new name counts before the old one goes: it may be the last name of the same inode.
        if (inode >= 0)
        {
            Inodes[inode].Links++;
            Inodes[inode].HiddenBy = -1;
            if (Inodes[inode].Node < 0)
                Inodes[inode].Node = node;
        }

        if (Nodes[node].Visible)
            Hide(node);
        Show(node);
        SetEntry(node, kind, ordinal);
        if (inode < 0 && found >= 0)
        {
            // A second name of a symlink or device: there are no bytes to share, it is simply another one.
            (Nodes[node].Layer, Nodes[node].Ordinal) = (targetLayer, targetOrdinal);
            return true;
        }

        Nodes[node].LinkName = true;
        Nodes[node].Inode = inode;
        return true;
    }

    private void SetEntry(int node, EntryKind kind, int ordinal)
    {
        ref var n = ref Nodes[node];
        n.Kind = kind;
        n.Layer = layer;
        n.Ordinal = ordinal;
        n.LinkName = false;
        n.Inode = -1;
        if (ordinal >= 0)
            placed[layer][ordinal] = node;
    }

    private void Show(int node)
    {
        if (Nodes[node].Visible)
            return;
        Nodes[node].Visible = true;
        Nodes[Nodes[node].Parent].VisibleChildren++;
    }

    private void Hide(int node)
    {
        Nodes[Nodes[node].Parent].VisibleChildren--;
        HideSubtree(node);
    }

    private void HideChildren(int directory)
    {
        var left = Nodes[directory].VisibleChildren;
        for (var c = Nodes[directory].FirstChild; c >= 0 && left > 0; c = Nodes[c].NextSibling)
        {
            if (!Nodes[c].Visible)
                continue;
            left--;
            HideSubtree(c);
        }

        Nodes[directory].VisibleChildren = 0;
    }

    private void HideSubtree(int top)
    {
        // A directory that goes, or a link to one, may be remembered as where some path of this layer leads.
        if (Nodes[top].Kind is EntryKind.Directory or EntryKind.Symlink)
            stamp++;
        var stack = new Stack<int>();
        stack.Push(top);
        while (stack.TryPop(out var at))
        {
            ref var node = ref Nodes[at];
            node.Visible = false;
            if (node.Inode >= 0)
                justHidden?.Add(at);
            if (node.Inode >= 0 && --Inodes[node.Inode].Links == 0)
                Inodes[node.Inode].HiddenBy = layer;
            var left = node.VisibleChildren;
            node.VisibleChildren = 0;
            for (var c = node.FirstChild; c >= 0 && left > 0; c = Nodes[c].NextSibling)
            {
                if (!Nodes[c].Visible)
                    continue;
                left--;
                stack.Push(c);
            }
        }
    }

    private const int Absent = -1;

    /// <summary>The node of a directory row in the tree as it is, or -1.</summary>
    private int ExistingDirectory(int row)
    {
        if (row < 0)
            return FileTree.Root;
        if (directoryStamps[row] == stamp)
            return directoryNodes[row];
        var found = Absent;
        if (ExistingDirectory(entries.Parent(row)) is var parent and >= 0
            && Child(parent, entries.Name(row)) is var child and >= 0 && Nodes[child].Visible)
        {
            if (Nodes[child].Kind == EntryKind.Directory)
                found = child;
            else if (Nodes[child].Kind == EntryKind.Symlink && !IsOwnDirectory(row))
                found = Follow(child, make: false);
        }

        return Remember(row, found);
    }

    private int Remember(int row, int node)
    {
        directoryStamps[row] = stamp;
        return directoryNodes[row] = node;
    }

    /// <summary>The node of a directory row, made visible as a directory when it is not one.</summary>
    private int DirectoryFor(int row)
    {
        if (row < 0)
            return FileTree.Root;
        if (directoryStamps[row] == stamp)
            return directoryNodes[row];
        var parent = DirectoryFor(entries.Parent(row));
        var child = ChildOrNew(parent, entries.Name(row), layer, row);
        if (Nodes[child] is { Visible: true, Kind: EntryKind.Symlink } && !IsOwnDirectory(row)
            && Follow(child, make: true) is var target and >= 0)
            return Remember(row, target);
        MakeDirectory(child);
        return Remember(row, child);
    }

    private void MakeDirectory(int node)
    {
        if (Nodes[node] is { Visible: true, Kind: EntryKind.Directory })
            return;
        if (Nodes[node].Visible)
            Hide(node);
        Show(node);
        SetEntry(node, EntryKind.Directory, -1);
    }

    /// <summary>
    /// True when this layer writes the row's path as a directory of its own: then it is not followed as a symlink,
    /// whatever the order of the records (overlay writes a directory that replaces a link like this).
    /// </summary>
    private bool IsOwnDirectory(int row)
    {
        if (entries.Kind(row) == EntryKind.Directory)
            return true;
        if (ownDirectories is null)
        {
            ownDirectories = [];
            for (var i = 0; i < entries.Count; i++)
                if (entries.Kind(i) == EntryKind.Directory)
                    ownDirectories.Add((entries.Parent(i), Encoding.Latin1.GetString(entries.Name(i))));
        }

        return ownDirectories.Contains((entries.Parent(row), Encoding.Latin1.GetString(entries.Name(row))));
    }

    /// <summary>Where a symlink leads, scoped to the image's root, or -1 when that is no directory.</summary>
    private int Follow(int link, bool make)
    {
        var hops = 0;
        var found = FollowLink(link, make, ref hops);
        if (make && options is not null)
            CheckMade(found);
        return found;
    }

    /// <summary>
    /// A link of a hundred bytes can lead to fifty directories that no layer has, and a path below them to further links:
    /// neither how many nor how deep they are is bounded by the layers' entries.
    /// </summary>
    private void CheckMade(int node)
    {
        if (nodes.Count > options!.MaxEntries)
            throw Caps.Exceeded(
                $"The image has more than {options.MaxEntries} entries, with the directories that its dangling links lead to", nameof(options.MaxEntries));
        var depth = 0;
        for (; node > FileTree.Root; node = Nodes[node].Parent)
            if (++depth > options.MaxPathDepth)
                throw Caps.Exceeded($"A link leads to a path of more than {options.MaxPathDepth} components", nameof(options.MaxPathDepth));
    }

    private int FollowLink(int link, bool make, ref int hops)
    {
        if (++hops > MaxHops)
            return Absent;
        var target = layers[Nodes[link].Layer].Layer.Entries.LinkTarget(Nodes[link].Ordinal).ToArray();
        var at = target.AsSpan().StartsWith("/"u8) ? FileTree.Root : Nodes[link].Parent;
        foreach (var range in target.AsSpan().Split((byte)'/'))
        {
            var component = target.AsSpan()[range];
            if (component.Length == 0 || component.SequenceEqual("."u8))
                continue;
            if (component.SequenceEqual(".."u8))
            {
                at = Math.Max(Nodes[at].Parent, FileTree.Root);
                continue;
            }

            var child = Child(at, component);
            if (child < 0 || !Nodes[child].Visible)
            {
                // Writers create where a dangling link points to.
                if (!make)
                    return Absent;
                if (child < 0)
                    child = New(at, component, -1, ownNames.Add(new LayerEntry { Parent = -1, Kind = EntryKind.Implied }, component, default));
                MakeDirectory(child);
            }
            else if (Nodes[child].Kind == EntryKind.Symlink)
            {
                child = FollowLink(child, make, ref hops);
                if (child < 0)
                    return Absent;
            }
            else if (Nodes[child].Kind != EntryKind.Directory)
            {
                return Absent;
            }

            at = child;
        }

        return at;
    }

    /// <summary>The visible node at a normal path, symlinked parents followed and the last component not; or -1.</summary>
    private int Lookup(ReadOnlySpan<byte> path)
    {
        var at = FileTree.Root;
        while (path.Length > 0)
        {
            var slash = path.IndexOf((byte)'/');
            var child = Child(at, slash < 0 ? path : path[..slash]);
            if (child < 0 || !Nodes[child].Visible)
                return Absent;
            if (slash < 0)
                return child;
            if (Nodes[child].Kind == EntryKind.Symlink)
                child = Follow(child, make: false);
            if (child < 0 || Nodes[child].Kind != EntryKind.Directory)
                return Absent;
            at = child;
            path = path[(slash + 1)..];
        }

        return at;
    }

    /// <summary>A file of a lower layer whose name this layer took away; -1 when there is none at the path.</summary>
    private int JustHidden(ReadOnlySpan<byte> path)
    {
        var at = FileTree.Root;
        while (path.Length > 0 && at >= 0)
        {
            var slash = path.IndexOf((byte)'/');
            at = Child(at, slash < 0 ? path : path[..slash]);
            path = slash < 0 ? default : path[(slash + 1)..];
        }

        return at >= 0 && !Nodes[at].Visible && justHidden?.Contains(at) == true && Inodes[Nodes[at].Inode].Layer < layer ? at : -1;
    }

    private int Child(int parent, ReadOnlySpan<byte> name)
    {
        var hash = NodeIndex.Hash(parent, name);
        var probe = 0;
        for (var n = index.Next(hash, ref probe); n >= 0; n = index.Next(hash, ref probe))
            if (Nodes[n].Hash == hash && Nodes[n].Parent == parent && NameOf(n).SequenceEqual(name))
                return n;
        return -1;
    }

    private int ChildOrNew(int parent, ReadOnlySpan<byte> name, int nameLayer, int nameOrdinal)
    {
        var child = Child(parent, name);
        return child >= 0 ? child : New(parent, name, nameLayer, nameOrdinal);
    }

    private int New(int parent, ReadOnlySpan<byte> name, int nameLayer, int nameOrdinal)
    {
        var hash = NodeIndex.Hash(parent, name);
        nodes.Add(new Node
        {
            Parent = parent,
            FirstChild = -1,
            NextSibling = Nodes[parent].FirstChild,
            Hash = hash,
            NameLayer = nameLayer,
            NameOrdinal = nameOrdinal,
            Inode = -1,
            Ordinal = -1,
        });
        var node = nodes.Count - 1;
        Nodes[parent].FirstChild = node;
        index.Add(node, hash, Nodes);
        return node;
    }

    private ReadOnlySpan<byte> NameOf(int node)
    {
        ref readonly var n = ref Nodes[node];
        return (n.NameLayer < 0 ? ownNames : layers[n.NameLayer].Layer.Entries).Name(n.NameOrdinal);
    }

    private bool IsAufsMeta(int row)
    {
        // Only what stands below /.wh..wh.*.
        while (hasAufsMeta && row >= 0)
        {
            if (entries.Parent(row) < 0)
                return Whiteout.IsMeta(entries.Name(row));
            row = entries.Parent(row);
        }

        return false;
    }

    private bool HasAufsMeta()
    {
        for (var i = 0; i < entries.Count; i++)
            if (entries.Parent(i) < 0 && Whiteout.IsMeta(entries.Name(i)))
                return true;
        return false;
    }

    private string LexicalPath(int ordinal)
    {
        var name = Encoding.Latin1.GetString(entries.Name(ordinal));
        return entries.Parent(ordinal) < 0 ? name : LexicalPath(entries.Parent(ordinal)) + "/" + name;
    }
}
