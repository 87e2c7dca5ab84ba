using ImageInsight.Analysis.Layers.Compression;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>
/// An archive on disk (docker-archive or OCI layout) and the images in it. Opening reads headers and JSON only.
/// </summary>
public sealed class ImageArchive : ILayerSource, IDisposable
{
    private readonly SafeFileHandle file;
    private readonly ArchiveIndex index;

    private ImageArchive(SafeFileHandle file, ArchiveIndex index, FoundImages found)
    {
        this.file = file;
        this.index = index;
        Images = found.Images;
        Attestations = found.Attestations;
        Absent = [.. found.Absent.Select(e => e.Message)];
    }

    /// <summary>
    /// In the archive's order. Never empty: an archive without images is an <see cref="ImageException"/>.
    /// </summary>
    public IReadOnlyList<SourceImage> Images { get; }

    /// <summary>Attestation manifests that were skipped.</summary>
    public int Attestations { get; }

    /// <summary>
    /// What the index lists and the archive does not hold, a sentence each: Docker 29 lists every platform and saves
    /// one.
    /// </summary>
    public IReadOnlyList<string> Absent { get; }

    internal int Files => index.Count;

    /// <param name="path">The tar, possibly compressed as a whole.</param>
    /// <param name="scratchDirectory">Where a compressed archive may be unpacked to; the file is deleted on
    /// dispose.</param>
    public static Task<ImageArchive> OpenAsync(
        string path, string scratchDirectory, AnalysisOptions options, CancellationToken cancellationToken) =>
        // Seeks through headers: a few milliseconds, but the caller's thread may be a web request's.
        Task.Run(() => Open(path, scratchDirectory, options, cancellationToken), cancellationToken);

    public void Dispose() => file.Dispose();

    public Stream OpenLayer(SourceLayer layer, CancellationToken cancellationToken) =>
        new FileSlice(file, layer.Offset, layer.Size);

    private static ImageArchive Open(
        string path, string scratchDirectory, AnalysisOptions options, CancellationToken cancellationToken)
    {
        var handle = File.OpenHandle(path);
        try
        {
            var kind = DetectOuter(handle);
            if (kind != CompressionKind.None)
            {
                var plain = Unpack(handle, kind, scratchDirectory, options, cancellationToken);
                handle.Dispose();
                handle = plain;
            }

            var work = new WorkBudget(options, cancellationToken);
            using var whole = new FileSlice(handle, 0, RandomAccess.GetLength(handle));
            var index = ArchiveIndex.Read(whole, options, work);
            return new ImageArchive(handle, index, new ArchiveCatalog(handle, index, options, work).Read());
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static CompressionKind DetectOuter(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[Magic.Length];
        head = head[..RandomAccess.Read(file, head, 0)];
        Magic.Refuse(head, "file");
        return Magic.Detect(head);
    }

    /// <summary>
    /// A tar that is compressed as a whole cannot be sought in, so it is unpacked once, to a file without a name of its
    /// own.
    /// </summary>
    private static SafeFileHandle Unpack(
        SafeFileHandle file, CompressionKind kind, string scratchDirectory, AnalysisOptions options,
        CancellationToken cancellationToken)
    {
        using var source = new FileSlice(file, 0, RandomAccess.GetLength(file));
        using var bytes = LayerBytes.OfArchive(source, options, new WorkBudget(options, cancellationToken));
        var target = File.OpenHandle(
            System.IO.Path.Combine(scratchDirectory, $"unpacked-{Guid.NewGuid():N}.part"),
            FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        try
        {
            var block = new Block();
            long length = 0;
            while (bytes.Fill(block))
            {
                cancellationToken.ThrowIfCancellationRequested();
                RandomAccess.Write(target, block.Buffer.AsSpan(0, block.Length), length);
                length += block.Length;
                block.Length = 0;
                block.Points.Clear();
            }

            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }
}
