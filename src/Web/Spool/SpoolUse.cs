namespace ImageInsight.Web.Spool;

/// <summary>What lies in the spool, in bytes.</summary>
/// <param name="Uploads">That are whole.</param>
/// <param name="Blobs">That were pushed and are whole.</param>
/// <param name="Arriving">Of uploads and pushes that are not, and what else is being written there.</param>
/// <param name="DiskLeft">What the disk has free beyond what is to be left free.</param>
internal readonly record struct SpoolUse(long Uploads, long Blobs, long Arriving, long Budget, long DiskLeft)
{
    public long Left => Math.Min(Budget - (Uploads + Blobs + Arriving), DiskLeft);
}
