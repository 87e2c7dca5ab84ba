namespace ImageInsight.Data.Rows;

public sealed class PushedTagRow
{
    public required string Repository { get; set; }

    public required string Tag { get; set; }

    public required string Digest { get; set; }
}
