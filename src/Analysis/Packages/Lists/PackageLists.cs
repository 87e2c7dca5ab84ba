using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Lists;

/// <summary>
/// The lists of files that dpkg and opkg have in the folder info beside their database, one a package, a path a line.
/// </summary>
internal sealed class PackageLists
{
    private readonly CapturedFiles files;
    private readonly CaptureKind kind;
    private readonly int root;
    private readonly byte? cut;
    private readonly int folder;

    /// <summary>A list is one package's: a database that names its package again and again has it read once.</summary>
    private readonly HashSet<int> read = [];

    /// <param name="root">The directory that the paths begin at.</param>
    /// <param name="cut">What ends a path, beside the end of the line.</param>
    public PackageLists(CapturedFiles files, CapturedFile database, CaptureKind kind, int root, byte? cut)
        : this(files, files.Paths.FindFolder(database.Parent, "info"u8), kind, root, cut)
    {
    }

    /// <param name="folder">That has the lists; -1 for none.</param>
    public PackageLists(CapturedFiles files, int folder, CaptureKind kind, int root, byte? cut) =>
        (this.files, this.folder, this.kind, this.root, this.cut) = (files, folder, kind, root, cut);

    /// <returns>Null when there is no such list.</returns>
    public int[]? Read(string name)
    {
        if (folder < 0 || files.At(files.Paths.Find(folder, name), kind) is not { } list)
            return null;
        if (!read.Add(list.Node))
            return [];
        var nodes = new NodeList(files, root);
        for (var lines = list.Lines; lines.TryNext(out var line);)
        {
            var end = cut is { } last ? line.IndexOf(last) : -1;
            if (line.Length > 1)
                nodes.Add(end < 0 ? line : line[..end]);
        }

        return nodes.ToArray();
    }
}
