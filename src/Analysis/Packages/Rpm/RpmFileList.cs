using System.IO.Hashing;
using System.Text;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// The files of one package after the other. A header has the names of folders once, and for each file its name and the
/// number of its folder (whole paths before rpm 4). Each folder is looked up once and no path is put together, which
/// would be as long as the folder's for each name.
/// </summary>
internal sealed class RpmFileList
{
    /// <summary>Of one package; one of fonts and documentation has 10,000.</summary>
    private const int MaxFolders = 200_000;

    /// <summary>Of a path and its place in a dictionary, beside its text.</summary>
    private const int BytesEach = 80;

    private readonly CapturedFiles files;
    private readonly int root;

    /// <summary>By hashes of folder and name.</summary>
    private readonly Dictionary<(ulong Folder, ulong Name), string> needed = [];

    /// <param name="root">The directory that the paths begin at.</param>
    /// <param name="needed">Paths that other packages need, whoever brings them.</param>
    public RpmFileList(CapturedFiles files, int root, IEnumerable<string> needed)
    {
        (this.files, this.root) = (files, root);
        foreach (var path in needed)
            if (this.needed.TryAdd(Hash(Encoding.UTF8.GetBytes(path)), path))
                files.Work.Hold(BytesEach + (2L * path.Length));
    }

    /// <summary>
    /// Its files that were really installed: without those that --nodocs or a language left out, or that another
    /// package replaced.
    /// </summary>
    /// <returns>And which of them are needed, installed or not.</returns>
    public (int[] Nodes, IReadOnlyList<string> Provided) Read(RpmHeader header)
    {
        var (nodes, provided) = (new NodeList(files, root), new HashSet<string>());
        var states = header.Numbers(RpmHeader.FileStates);
        var i = 0;
        var folders = Folders(header);
        if (folders.Count == 0)
        {
            foreach (var path in header.Texts(RpmHeader.OldFileNames))
            {
                if (needed.TryGetValue(Hash(path.Span), out var whole))
                    provided.Add(whole);
                if (IsInstalled(states, i++))
                    nodes.Add(path.Span);
            }

            return (nodes.ToArray(), [.. provided]);
        }

        var indexes = header.Numbers(RpmHeader.DirectoryIndexes);
        foreach (var name in header.Texts(RpmHeader.BaseNames))
        {
            var at = i < indexes.Count ? indexes[i] : -1;
            var (folder, hash) = at >= 0 && at < folders.Count ? folders[at] : (root, XxHash3.HashToUInt64([]));
            if (needed.TryGetValue((hash, XxHash3.HashToUInt64(name.Span)), out var whole))
                provided.Add(whole);
            if (IsInstalled(states, i++) && folder >= 0)
                nodes.Add(files.Paths.Find(folder, name.Span));
        }

        return (nodes.ToArray(), [.. provided]);
    }

    private List<(int Node, ulong Hash)> Folders(RpmHeader header)
    {
        var folders = new List<(int, ulong)>();
        foreach (var folder in header.Texts(RpmHeader.DirectoryNames).Take(MaxFolders))
            folders.Add((files.Paths.FindFolder(root, folder.Span), XxHash3.HashToUInt64(folder.Span)));
        return folders;
    }

    /// <summary>A folder's name ends in a slash.</summary>
    private static (ulong Folder, ulong Name) Hash(ReadOnlySpan<byte> path)
    {
        var name = path.LastIndexOf((byte)'/') + 1;
        return (XxHash3.HashToUInt64(path[..name]), XxHash3.HashToUInt64(path[name..]));
    }

    private static bool IsInstalled(RpmNumbers states, int file) => file >= states.Count || states[file] is 0 or 4;
}
