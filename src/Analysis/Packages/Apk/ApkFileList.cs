using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.Apk;

/// <summary>
/// The files of one package after the other: each stands by its name behind the folder that it is in. A folder is
/// looked up once, and no path is put together, which would be as long as the folder's for each name.
/// </summary>
/// <param name="root">The directory that the paths begin at.</param>
internal sealed class ApkFileList(CapturedFiles files, int root)
{
    private NodeList? nodes;
    private int? folder;

    public void Open(ReadOnlySpan<byte> path) => folder = files.Paths.FindFolder(root, path);

    public void Add(ReadOnlySpan<byte> name)
    {
        if ((folder ?? root) is var at and >= 0)
            (nodes ??= new NodeList(files, root)).Add(files.Paths.Find(at, name));
    }

    /// <returns>What was added since the last time.</returns>
    public int[] Take()
    {
        var taken = nodes?.ToArray() ?? [];
        (nodes, folder) = (null, null);
        return taken;
    }
}
