using System.Text;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Merge;

/// <summary>Where the directories of the layer at hand lie in the tree, symlinks of lower layers followed.</summary>
/// <param name="options">Null for layers that were merged under the caps before.</param>
internal sealed class LayerDirectories(MergedTree tree, AnalysisOptions? options)
{
    private const int Absent = -1;

    private int[] nodes = [];
    private int[] stamps = [];
    private HashSet<(int Parent, string Name)>? own;

    private EntryList Entries => tree.Entries;

    private Span<Node> Nodes => tree.Nodes;

    public void Begin()
    {
        nodes = new int[Entries.Count];
        stamps = new int[Entries.Count];
        own = null;
    }

    /// <summary>The node of a directory row in the tree as it is, or -1.</summary>
    public int Existing(int row)
    {
        if (row < 0)
            return FileTree.Root;
        if (stamps[row] == tree.Stamp)
            return nodes[row];
        tree.Count(1);
        var found = Absent;
        if (Existing(Entries.Parent(row)) is var parent and >= 0
            && tree.Index.Find(parent, Entries.Name(row)) is var child and >= 0 && Nodes[child].Visible)
        {
            if (Nodes[child].Kind == EntryKind.Directory)
                found = child;
            else if (Nodes[child].Kind == EntryKind.Symlink && !IsOwn(row))
                found = Follow(child, make: false);
        }

        return Remember(row, found);
    }

    /// <summary>The node of a directory row, made visible as a directory when it is not one.</summary>
    public int For(int row)
    {
        if (row < 0)
            return FileTree.Root;
        if (stamps[row] == tree.Stamp)
            return nodes[row];
        tree.Count(1);
        var parent = For(Entries.Parent(row));
        var child = tree.ChildOrNew(parent, Entries.Name(row), row);
        if (Nodes[child] is { Visible: true, Kind: EntryKind.Symlink } && !IsOwn(row)
            && Follow(child, make: true) is var target and >= 0)
            return Remember(row, target);
        tree.MakeDirectory(child);
        return Remember(row, child);
    }

    /// <summary>
    /// The visible node at a normal path, symlinked parents followed and the last component not; or -1.
    /// </summary>
    public int Lookup(ReadOnlySpan<byte> path)
    {
        var at = FileTree.Root;
        while (path.Length > 0)
        {
            tree.Count(1);
            var slash = path.IndexOf((byte)'/');
            var child = tree.Index.Find(at, slash < 0 ? path : path[..slash]);
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

    private int Remember(int row, int node)
    {
        stamps[row] = tree.Stamp;
        return nodes[row] = node;
    }

    /// <summary>
    /// True when this layer writes the row's path as a directory of its own: then it is not followed as a symlink,
    /// whatever the order of the records (overlay writes a directory that replaces a link like this).
    /// </summary>
    private bool IsOwn(int row)
    {
        if (Entries.Kind(row) == EntryKind.Directory)
            return true;
        if (own is null)
        {
            own = [];
            for (var i = 0; i < Entries.Count; i++)
                if (Entries.Kind(i) == EntryKind.Directory)
                    own.Add((Entries.Parent(i), Encoding.Latin1.GetString(Entries.Name(i))));
        }

        return own.Contains((Entries.Parent(row), Encoding.Latin1.GetString(Entries.Name(row))));
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
    /// A link of a hundred bytes can lead to fifty directories that no layer has, and a path below them to further
    /// links:
    /// neither how many nor how deep they are is bounded by the layers' entries.
    /// </summary>
    private void CheckMade(int node)
    {
        if (Nodes.Length > options!.MaxEntries)
            throw Caps.Exceeded(
                $"The image has more than {options.MaxEntries} entries with the directories of its dangling links",
                nameof(options.MaxEntries));
        var depth = 0;
        for (; node > FileTree.Root; node = Nodes[node].Parent)
            if (++depth > options.MaxPathDepth)
                throw Caps.Exceeded(
                    $"A link leads to a path of more than {options.MaxPathDepth} components",
                    nameof(options.MaxPathDepth));
    }

    private int FollowLink(int link, bool make, ref int hops)
    {
        if (++hops > SymbolicLinks.MaxHops)
            return Absent;
        var target = tree.Table.LinkTargetOf(link).ToArray();
        tree.Count(target.Length);
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

            var child = tree.Index.Find(at, component);
            if (child < 0 || !Nodes[child].Visible)
            {
                // Writers create where a dangling link points to.
                if (!make)
                    return Absent;
                if (child < 0)
                    child = tree.NewUnwritten(at, component);
                tree.MakeDirectory(child);
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
}
