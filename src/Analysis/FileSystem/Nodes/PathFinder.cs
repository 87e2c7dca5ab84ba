using System.IO.Hashing;
using System.Text;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>
/// Finds many paths in a tree, hidden ones too, symlinked parents followed: lists of files name /lib/x where the image
/// has /usr/lib/x, and files that a later layer took away. Paths are bytes, as lists have them, and nothing is made of
/// them.
/// </summary>
internal sealed class PathFinder
{
    /// <summary>NAME_MAX is 255 bytes; a char of a text has three at most.</summary>
    private const int MaxName = 255 * 3;

    /// <summary>No record of a layer can have a longer one.</summary>
    private const int MaxPath = ushort.MaxValue;

    /// <summary>Folders whose place is remembered: 2 MB for each that searches. Big images have 50,000.</summary>
    private const int MaxRemembered = 1 << 16;

    /// <summary>A look into the index takes about as long as so many bytes.</summary>
    private const int LookSteps = 16;

    private readonly FileTree tree;
    private readonly NodeIndex index;
    private readonly WorkBudget work;

    /// <summary>By a hash of where it begins and its bytes: two that share one mislead only who made them so.</summary>
    private readonly Dictionary<ulong, int> folders = [];

    private int lastStart = -1;
    private int lastNode = -1;
    private int lastLength;
    private byte[] lastFolder = [];

    private PathFinder(FileTree tree, NodeIndex index, WorkBudget work) =>
        (this.tree, this.index, this.work) = (tree, index, work);

    public PathFinder(FileTree tree, WorkBudget work)
        : this(tree, tree.TakeIndex(), work)
    {
    }

    /// <summary>For another thread; the index is shared, nobody changes it.</summary>
    public PathFinder Fork() => new(tree, index, work);

    /// <summary>
    /// The node at a path that begins at a directory, whether or not it starts with a slash; or -1. A link at its end
    /// is not followed.
    /// </summary>
    public int Find(int start, ReadOnlySpan<byte> path)
    {
        work.Spend(path.Length + LookSteps);
        path = path.Trim((byte)'/');
        var slash = path.LastIndexOf((byte)'/');
        if (slash < 0)
            return Step(start, path);
        var folder = Folder(start, path[..slash]);
        return folder < 0 ? -1 : Step(folder, path[(slash + 1)..]);
    }

    public int Find(int start, ReadOnlySpan<char> path)
    {
        if (path.Length > MaxPath)
            return -1;
        var bytes = path.Length <= 256 ? stackalloc byte[256 * 3] : new byte[path.Length * 3];
        return Find(start, bytes[..Encoding.UTF8.GetBytes(path, bytes)]);
    }

    public int Find(int start, string path) => Find(start, path.AsSpan());

    /// <summary>The same, and a link at its end is followed: for many names that lie in one folder.</summary>
    public int FindFolder(int start, ReadOnlySpan<byte> path)
    {
        work.Spend(path.Length + LookSteps);
        return Folder(start, path.Trim((byte)'/'));
    }

    /// <summary>
    /// The directory at an absolute path, as a place where other paths begin; the root when there is none.
    /// </summary>
    public int FindStart(string path) => Math.Max(Find(FileTree.Root, path), FileTree.Root);

    public int Child(int parent, ReadOnlySpan<byte> name)
    {
        work.Spend(LookSteps);
        return index.Find(parent, name);
    }

    private int Folder(int start, ReadOnlySpan<byte> folder)
    {
        // A list has one line after the other of the same folder.
        if (start == lastStart && folder.SequenceEqual(lastFolder.AsSpan(0, lastLength)))
            return lastNode;
        if (folder.Length > MaxPath)
            return -1;
        var key = XxHash3.HashToUInt64(folder, start);
        if (!folders.TryGetValue(key, out var node))
        {
            var hops = 0;
            node = Walk(start, folder, ref hops);
            if (folders.Count >= MaxRemembered)
                folders.Clear();
            folders[key] = node;
        }

        if (lastFolder.Length < folder.Length)
            lastFolder = new byte[folder.Length * 2];
        folder.CopyTo(lastFolder);
        (lastStart, lastLength, lastNode) = (start, folder.Length, node);
        return node;
    }

    private int Step(int at, ReadOnlySpan<byte> part)
    {
        if (part.Length == 0 || part is [(byte)'.'])
            return at;
        if (part is [(byte)'.', (byte)'.'])
            return Math.Max(tree.Nodes[at].Parent, FileTree.Root);
        return part.Length > MaxName ? -1 : index.Find(at, part);
    }

    private int Walk(int at, ReadOnlySpan<byte> path, ref int hops)
    {
        foreach (var range in path.Split((byte)'/'))
        {
            work.Spend(LookSteps);
            at = Step(at, path[range]);
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
        var target = tree.LinkTargetOf(link);
        return Walk(target.StartsWith((byte)'/') ? FileTree.Root : tree.Nodes[link].Parent, target, ref hops);
    }
}
