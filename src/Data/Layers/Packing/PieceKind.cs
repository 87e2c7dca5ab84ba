namespace ImageInsight.Data.Layers.Packing;

/// <summary>What a packed value holds. The numbers are stored; never renumber them.</summary>
internal enum PieceKind : byte
{
    Entries = 1,
    Captures = 2,
    Shares = 3,
}
