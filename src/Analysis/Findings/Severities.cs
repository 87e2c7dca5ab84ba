namespace ImageInsight.Analysis.Findings;

/// <summary>How loudly a finding is said: by its bytes, alone and against the image, and never louder than it is sure.</summary>
internal static class Severities
{
    private const long Megabyte = 1_000_000;

    public static Severity For(long bytes, Confidence confidence, FindingContext image)
    {
        var total = image.Tree.Ledger.DiskBytes;
        var loud = bytes >= 50 * Megabyte || (bytes >= 5 * Megabyte && bytes * 20 >= total);
        if (loud && confidence > Confidence.Maybe)
            return Severity.High;
        return bytes >= Megabyte ? Severity.Medium : Severity.Low;
    }
}
