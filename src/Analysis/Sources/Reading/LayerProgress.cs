namespace ImageInsight.Analysis.Sources.Reading;

/// <summary>How much of one blob was read.</summary>
/// <param name="Known">It was read and verified before, so its bytes did not travel again.</param>
public sealed record LayerProgress(long BytesDone, long BytesTotal, bool Known);
