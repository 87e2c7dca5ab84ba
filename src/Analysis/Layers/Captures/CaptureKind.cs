namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// Whose capture it is. The numbers are stored: each <see cref="WantedFile"/> has its own, a constant beside it; only
/// the
/// mechanism's is named here.
/// </summary>
public enum CaptureKind : byte
{
    /// <summary>
    /// Nothing: it is bigger than the cap, broken, or the layer's or the image's budget was spent. Known to have been
    /// wanted.
    /// </summary>
    Omitted = 1,
}
