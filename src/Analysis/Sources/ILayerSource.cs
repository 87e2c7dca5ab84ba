namespace ImageInsight.Analysis.Sources;

/// <summary>Where the layers of an image come from: an archive, a registry.</summary>
public interface ILayerSource
{
    /// <summary>The blob from its first byte. May block; is read on a thread of its own.</summary>
    /// <param name="cancellationToken">Ends reads that wait for a network.</param>
    Stream OpenLayer(SourceLayer layer, CancellationToken cancellationToken);
}
