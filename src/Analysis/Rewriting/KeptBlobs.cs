using ImageInsight.Analysis.Sources;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>Layers of a registry, each fetched once and kept in a file while it is read again and again.</summary>
/// <param name="newFile">A path where nothing is yet, with room for the biggest blob. The file is held open as long as
/// it is needed.</param>
public sealed class KeptBlobs(ILayerSource source, Func<string> newFile) : ILayerSource, IDisposable
{
    private SourceLayer? kept;
    private FileStream? file;

    public Stream OpenLayer(SourceLayer layer, CancellationToken cancellationToken)
    {
        if (kept != layer)
        {
            Dispose();
            using var blob = source.OpenLayer(layer, cancellationToken);
            file = new FileStream(
                newFile(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 1 << 16,
                FileOptions.DeleteOnClose);
            blob.CopyTo(file);
            file.Flush();
            kept = layer;
        }

        return new FileStream(file!.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    public void Dispose()
    {
        file?.Dispose();
        (kept, file) = (null, null);
    }
}
