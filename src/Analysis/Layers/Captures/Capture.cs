namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>What was kept of one file of a layer, for whoever asked for it.</summary>
/// <param name="Ordinal">Of the entry that carries it.</param>
public sealed record Capture(int Ordinal, CaptureKind Kind, byte[] Bytes);
