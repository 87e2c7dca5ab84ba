using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages;

/// <summary>A captured file that the final file system has.</summary>
/// <param name="layer">The layer that carries it as it is now.</param>
internal sealed class CapturedFile(CapturedFiles files, int node, int layer, Capture capture)
{
    public int Node => node;

    public int Layer => layer;

    public Capture Capture => capture;

    public byte[] Bytes => capture.Bytes;

    public ByteLines Lines => new(capture.Bytes, files.Work);

    /// <summary>The directory that it lies in.</summary>
    public int Parent => files.Tree.Nodes[node].Parent;

    /// <summary>
    /// Absolute. Made when it is asked for: of a hundred thousand files deep in the tree all paths are much more than
    /// all names.
    /// </summary>
    public string Path
    {
        get
        {
            var path = files.Tree.PathOf(node);
            files.Work.Spend(path.Length);
            return path;
        }
    }

    public string Name => PathText.FromName(files.Tree.NameOf(node));

    public string Folder
    {
        get
        {
            var path = Path;
            return path[..path.LastIndexOf('/')];
        }
    }

    public bool IsNamed(ReadOnlySpan<byte> name) => files.Tree.NameOf(node).SequenceEqual(name);

    public bool IsNamedLike(ReadOnlySpan<byte> end) => files.Tree.NameOf(node).EndsWith(end);
}
