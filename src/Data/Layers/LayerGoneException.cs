namespace ImageInsight.Data.Layers;

/// <summary>A layer that an analysis is about to refer to was deleted with the last image that had it.</summary>
internal sealed class LayerGoneException() : Exception("A layer was deleted while the analysis ended.");
