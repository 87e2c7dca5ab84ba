namespace ImageInsight.Analysis.Layers;

/// <summary>Is given layers as soon as they are read and verified, while others of the image are still read.</summary>
public interface IVerifiedLayers
{
    /// <summary>Called from the thread that reads: must not take long. The layer never changes any more.</summary>
    void Take(Layer layer, LayerBlob blob);
}
