using System.Text;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>
/// Finds many paths in a tree, hidden ones too, symlinked parents followed: lists of files name /lib/x where the image
/// has /usr/lib/x, and files that a later layer took away.
/// </summary>
internal sealed class PathFinder
{
    /// <summary>NAME_MAX is 255 bytes; a char has three at most.</summary>
    private const int MaxName = 255;

    private readonly FileTree tree;
    private readonly NodeIndex index;
    private readonly Dictionary<(int Start, string Folder), int> folders = [];
    private (int Start, string Folder, int Node) last = (-1, "", -1);

    private PathFinder(FileTree tree, NodeIndex index) => (this.tree, this.index) = (tree, index);

    public PathFinder(FileTree tree)
        : this(tree, tree.TakeIndex())
    {
    }

    /// <summary>For another thread; the index is shared, nobody changes it.</summary>
    public PathFinder Fork() => new(tree, index);

    /// <summary>
    /// The node at a path that begins at a directory, whether or not it starts with a slash; or -1. A link at its end
    /// is not followed.
    /// </summary>
    public int Find(int start, ReadOnlySpan<char> path)
    {
        path = path.Trim('/');
        var slash = path.LastIndexOf('/');
        if (slash < 0)
            return Step(start, path);
        // A list has one line after the other of the same folder.
        if (start != last.Start || !path[..slash].SequenceEqual(last.Folder))
        {
            var folder = path[..slash].ToString();
            if (!folders.TryGetValue((start, folder), out var node))
            {
                var hops = 0;
                folders[(start, folder)] = node = Walk(start, folder, ref hops);
            }

            last = (start, folder, node);
        }

        return last.Node < 0 ? -1 : Step(last.Node, path[(slash + 1)..]);
    }

    public int Find(int start, string path) => Find(start, path.AsSpan());

    /// <summary>
    /// The directory at an absolute path, as a place where other paths begin; the root when there is none.
    /// </summary>
    public int FindStart(string path) => Math.Max(Find(FileTree.Root, path), FileTree.Root);

    /// <summary>Nodes at paths that begin at a directory; what is not there, and the root, are left out.</summary>
    public IEnumerable<int> FindAll(int start, IEnumerable<string> paths) =>
        paths.Select(p => Find(start, p)).Where(n => n > FileTree.Root);

    public int Child(int parent, ReadOnlySpan<byte> name) => index.Find(parent, name);

    private int Step(int at, ReadOnlySpan<char> part)
    {
        if (part is "" or ".")
            return at;
        if (part is "..")
            return Math.Max(tree.Nodes[at].Parent, FileTree.Root);
        if (part.Length > MaxName)
            return -1;
        Span<byte> name = stackalloc byte[MaxName * 3];
        return Child(at, name[..Encoding.UTF8.GetBytes(part, name)]);
    }

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
        if (++hops > SymbolicLinks.MaxHops)
            return -1;
        var target = PathText.FromName(tree.LinkTargetOf(link));
        return Walk(target.StartsWith('/') ? FileTree.Root : tree.Nodes[link].Parent, target, ref hops);
    }
}
