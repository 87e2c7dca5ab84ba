namespace ImageInsight.Analysis.FileSystem.Ledger;

/// <summary>Where every regular-file byte of every layer went. All figures are disk bytes.</summary>
/// <remarks><c>DiskBytes == VisibleBytes + WastedBytes</c> and <c>WastedBytes</c> is the sum of the five
/// classes.</remarks>
public sealed record LedgerTotals(
    long DiskBytes,
    long VisibleBytes,
    long Deleted,
    long Overwritten,
    long MetadataOnly,
    long Touched,
    long Identical)
{
    public long WastedBytes => Deleted + Overwritten + MetadataOnly + Touched + Identical;

    /// <summary>visibleBytes / diskBytes; 1 for an image without files.</summary>
    public double Efficiency => DiskBytes == 0 ? 1 : (double)VisibleBytes / DiskBytes;
}
