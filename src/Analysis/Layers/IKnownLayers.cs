using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Layers;

/// <summary>Layers that were read and verified before, so that they need not travel again.</summary>
public interface IKnownLayers
{
    /// <summary>
    /// The layer, when this service itself has seen this very blob unpack to this diffID; else null. That a config
    /// claims the diffID proves nothing.
    /// </summary>
    Task<(Layer Layer, LayerBlob Blob)?> FindAsync(Digest diffId, Digest blob, CancellationToken cancellationToken);
}
