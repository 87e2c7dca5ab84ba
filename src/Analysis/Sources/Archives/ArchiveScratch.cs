using ImageInsight.Analysis.Layers.Compression;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>
/// A tar that is compressed as a whole cannot be sought in, so it is unpacked once, to a file without a name of its
/// own, which is gone once it is closed.
/// </summary>
public static class ArchiveScratch
{
    public static SafeFileHandle Create(string directory) => File.OpenHandle(
        Path.Combine(directory, $"unpacked-{Guid.NewGuid():N}.part"),
        FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);

    /// <param name="onLength">Called with the length of what is written so far.</param>
    internal static void Write(
        LayerBytes bytes, SafeFileHandle target, Action<long>? onLength, CancellationToken cancellationToken)
    {
        var block = new Block();
        long length = 0;
        while (bytes.Fill(block))
        {
            cancellationToken.ThrowIfCancellationRequested();
            RandomAccess.Write(target, block.Buffer.AsSpan(0, block.Length), length);
            length += block.Length;
            onLength?.Invoke(length);
            block.Length = 0;
            block.Points.Clear();
        }

        block.Release();
    }
}
