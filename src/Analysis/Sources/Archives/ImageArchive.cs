using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>An archive on disk (docker-archive or OCI layout) and the images in it. Opening reads headers and JSON only.</summary>
public sealed class ImageArchive : IDisposable
{
    /// <param name="path">The tar, possibly compressed as a whole.</param>
    /// <param name="scratchDirectory">Where a compressed archive may be unpacked to; the file is deleted on dispose.</param>
    public static Task<ImageArchive> OpenAsync(string path, string scratchDirectory, AnalysisOptions options, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>In the archive's order. Never empty: an archive without images is an <see cref="ImageException"/>.</summary>
    public IReadOnlyList<ArchiveImage> Images => throw new NotImplementedException();

    /// <summary>Attestation manifests that were skipped.</summary>
    public int Attestations => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
