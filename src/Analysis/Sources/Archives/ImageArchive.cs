using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Sources.Arriving;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>
/// An archive on disk (docker-archive or OCI layout) and the images in it. Opening reads headers and JSON only.
/// </summary>
public sealed class ImageArchive : ILayerSource, IDisposable
{
    private readonly SafeFileHandle file;
    private readonly ArchiveIndex index;

    private ImageArchive(
        SafeFileHandle file, ArchiveIndex index, FoundImages found, IReadOnlyList<ArrivedLayer> arrived)
    {
        this.file = file;
        this.index = index;
        var byOffset = arrived.ToDictionary(l => l.Offset);
        Images = arrived.Count == 0 ? found.Images : [.. found.Images.Select(i => i.WithArrived(byOffset))];
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
    /// <param name="arrived">What was read of this very file before.</param>
    public static Task<ImageArchive> OpenAsync(
        string path, string scratchDirectory, AnalysisOptions options, ArrivedArchive? arrived,
        CancellationToken cancellationToken) =>
        // Seeks through headers: a few milliseconds, but the caller's thread may be a web request's.
        Task.Run(() => Open(path, scratchDirectory, options, arrived, cancellationToken), cancellationToken);

    public static Task<ImageArchive> OpenAsync(
        string path, string scratchDirectory, AnalysisOptions options, CancellationToken cancellationToken) =>
        OpenAsync(path, scratchDirectory, options, arrived: null, cancellationToken);

    public void Dispose() => file.Dispose();

    public Stream OpenLayer(SourceLayer layer, CancellationToken cancellationToken) =>
        new FileSlice(file, layer.Offset, layer.Size);

    private static ImageArchive Open(
        string path, string scratchDirectory, AnalysisOptions options, ArrivedArchive? arrived,
        CancellationToken cancellationToken)
    {
        var handle = arrived?.Unpacked ?? OpenPlain(path, scratchDirectory, options, cancellationToken);
        try
        {
            var work = new WorkBudget(options, cancellationToken);
            using var whole = new FileSlice(handle, 0, RandomAccess.GetLength(handle));
            var index = ArchiveIndex.Read(whole, options, work);
            return new ImageArchive(
                handle, index, new ArchiveCatalog(handle, index, options, work).Read(), arrived?.Layers ?? []);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static SafeFileHandle OpenPlain(
        string path, string scratchDirectory, AnalysisOptions options, CancellationToken cancellationToken)
    {
        var handle = File.OpenHandle(path);
        try
        {
            if (DetectOuter(handle) == CompressionKind.None)
                return handle;
            var plain = Unpack(handle, scratchDirectory, options, cancellationToken);
            handle.Dispose();
            return plain;
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

    private static SafeFileHandle Unpack(
        SafeFileHandle file, string scratchDirectory, AnalysisOptions options, CancellationToken cancellationToken)
    {
        using var source = new FileSlice(file, 0, RandomAccess.GetLength(file));
        using var bytes = LayerBytes.OfArchive(source, options, new WorkBudget(options, cancellationToken));
        var target = ArchiveScratch.Create(scratchDirectory);
        try
        {
            ArchiveScratch.Write(bytes, target, onLength: null, cancellationToken);
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }
}
