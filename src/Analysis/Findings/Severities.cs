namespace ImageInsight.Analysis.Findings;

/// <summary>The severity of a finding: by its bytes, alone and against the image; never high for a maybe.</summary>
internal static class Severities
{
    private const long Megabyte = 1_000_000;

    public static Severity For(long bytes, Confidence confidence, FindingContext image)
    {
        var total = image.Tree.Ledger.DiskBytes;
        var isBig = bytes >= 50 * Megabyte || (bytes >= 5 * Megabyte && bytes >= total / 20.0);
        if (isBig && confidence > Confidence.Maybe)
            return Severity.High;
        return bytes >= Megabyte ? Severity.Medium : Severity.Low;
    }
}
