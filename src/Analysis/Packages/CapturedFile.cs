using System.Text;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages;

/// <summary>A captured file that the final file system has.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Layer">The layer that carries it as it is now.</param>
internal sealed record CapturedFile(int Node, string Path, int Layer, Capture Capture)
{
    public byte[] Bytes => Capture.Bytes;

    public string[] Lines => Encoding.UTF8.GetString(Bytes).Split('\n');

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Folder => Path[..Path.LastIndexOf('/')];
}
