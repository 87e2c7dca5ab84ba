namespace ImageInsight.Data.Rows;

internal sealed class PushedTagRow
{
    public required string Repository { get; set; }

    public required string Tag { get; set; }

    public required string Digest { get; set; }
}
