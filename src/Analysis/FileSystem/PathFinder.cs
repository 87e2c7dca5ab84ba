using System.Text;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem;

/// <summary>
/// Finds many paths in a tree, hidden ones too, symlinked parents followed: lists of files name /lib/x where the image
/// has /usr/lib/x, and files that a later layer took away.
/// </summary>
internal sealed class PathFinder
{
    /// <summary>Linux gives up after as many (ELOOP).</summary>
    private const int MaxHops = 40;

    private readonly FileTree tree;
    private readonly NodeIndex index;
    private readonly Dictionary<(int Start, string Folder), int> folders = [];

    public PathFinder(FileTree tree)
    {
        this.tree = tree;
        index = new NodeIndex(tree.Nodes.Length);
        for (var i = 1; i < tree.Nodes.Length; i++)
            index.Add(i, tree.Nodes[i].Hash, tree.Nodes);
    }

    /// <summary>The node at a path that begins at a directory, whether or not it starts with a slash; or -1. A link at its end is not followed.</summary>
    public int Find(int start, string path)
    {
        path = path.Trim('/');
        var slash = path.LastIndexOf('/');
        if (slash < 0)
            return Step(start, path);
        var key = (start, path[..slash]);
        if (!folders.TryGetValue(key, out var folder))
        {
            var hops = 0;
            folders[key] = folder = Walk(start, key.Item2, ref hops);
        }

        return folder < 0 ? -1 : Step(folder, path[(slash + 1)..]);
    }

    public int Child(int parent, ReadOnlySpan<byte> name)
    {
        var hash = NodeIndex.Hash(parent, name);
        var probe = 0;
        for (var n = index.Next(hash, ref probe); n >= 0; n = index.Next(hash, ref probe))
            if (tree.Nodes[n].Hash == hash && tree.Nodes[n].Parent == parent && tree.NameOf(n).SequenceEqual(name))
                return n;
        return -1;
    }

    private int Step(int at, string part) => part switch
    {
        "" or "." => at,
        ".." => Math.Max(tree.Nodes[at].Parent, FileTree.Root),
        _ => Child(at, Encoding.UTF8.GetBytes(part)),
    };

    private int Walk(int at, string path, ref int hops)
    {
        foreach (var part in path.Split('/'))
        {
            at = Step(at, part);
            if (at >= 0 && tree.Nodes[at] is { Visible: true, Kind: EntryKind.Symlink, Ordinal: >= 0 })
                at = Follow(at, ref hops);
            if (at < 0)
                return -1;
        }

        return at;
    }

    private int Follow(int link, ref int hops)
    {
        if (++hops > MaxHops)
            return -1;
        var node = tree.Nodes[link];
        var target = PathText.FromName(tree.Layers[node.Layer].Layer.Entries.LinkTarget(node.Ordinal));
        return Walk(target.StartsWith('/') ? FileTree.Root : node.Parent, target, ref hops);
    }
}
