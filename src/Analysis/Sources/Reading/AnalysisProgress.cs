namespace ImageInsight.Analysis.Sources.Reading;

/// <summary>
/// How far an analysis is. Bytes are those of the layers as stored in the source; known layers count as done.
/// </summary>
public readonly record struct AnalysisProgress(long BytesDone, long BytesTotal, int LayersDone, int LayersTotal)
{
    /// <summary>Each layer once, the lowest first; null before the source is open.</summary>
    public IReadOnlyList<LayerProgress>? Layers { get; init; }
}
