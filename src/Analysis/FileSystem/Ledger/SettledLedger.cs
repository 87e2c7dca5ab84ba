namespace ImageInsight.Analysis.FileSystem.Ledger;

/// <summary>A ledger as it was settled once, so that it can be kept with its image.</summary>
/// <param name="WastedByLayer">Wasted bytes by the layer that carries them.</param>
public sealed record SettledLedger(LedgerTotals Totals, IReadOnlyList<long> WastedByLayer);
