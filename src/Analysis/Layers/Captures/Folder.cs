using System.Text;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>Tests of the folder that a wanted file lies in.</summary>
internal static class Folder
{
    public static FolderTest Any { get; } = _ => true;

    /// <summary>The folder of this path, wherever it lies: lib/dpkg is var/lib/dpkg, too.</summary>
    public static FolderTest At(string tail)
    {
        var bytes = Encoding.ASCII.GetBytes(tail);
        return folder => IsAt(folder, bytes);
    }

    /// <summary>A folder of any name in the folder of this path.</summary>
    public static FolderTest Below(string tail)
    {
        var bytes = Encoding.ASCII.GetBytes(tail);
        return folder => folder.LastIndexOf((byte)'/') is var slash and > 0 && IsAt(folder[..slash], bytes);
    }

    /// <summary>A folder whose own name ends so.</summary>
    public static FolderTest EndsWith(string ending)
    {
        var bytes = Encoding.ASCII.GetBytes(ending);
        return folder => folder.EndsWith(bytes);
    }

    private static bool IsAt(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> tail) =>
        folder.EndsWith(tail) && (folder.Length == tail.Length || folder[folder.Length - tail.Length - 1] == (byte)'/');
}
