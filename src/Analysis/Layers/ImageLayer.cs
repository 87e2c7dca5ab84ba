namespace ImageInsight.Analysis.Layers;

/// <summary>One place in an image's stack of layers. The same layer may stand in it more than once.</summary>
/// <param name="Index">0 is the lowest.</param>
/// <param name="Instruction">The Dockerfile instruction that made it, or null when the history does not tell.</param>
public sealed record ImageLayer(int Index, Layer Layer, LayerBlob Blob, string? Instruction);
