namespace ImageInsight.Data.Rows;

/// <summary>
/// A piece of a packed value (see Layers/Packing), a few MiB at most. Written and read in bulk, never tracked.
/// </summary>
internal abstract class PieceRow
{
    /// <summary>Of the layer, or of its form.</summary>
    public long OwnerId { get; set; }

    /// <summary>From 0.</summary>
    public int Position { get; set; }

    public required byte[] Content { get; set; }
}

/// <summary>The entries of a layer.</summary>
internal sealed class LayerPieceRow : PieceRow;

/// <summary>What was kept of the files of a layer for the catalogues of packages.</summary>
internal sealed class CapturePieceRow : PieceRow;

/// <summary>
/// Pull bytes of every entry by ordinal: they depend on the form in which a layer arrived, the entries do not.
/// </summary>
internal sealed class SharePieceRow : PieceRow;
