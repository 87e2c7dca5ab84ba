namespace ImageInsight.Analysis;

/// <summary>How far an analysis is. Bytes are those of the layers as stored in the source.</summary>
public readonly record struct AnalysisProgress(long BytesDone, long BytesTotal, int LayersDone, int LayersTotal);
