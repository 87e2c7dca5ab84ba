namespace ImageInsight.Data.Rows;

/// <summary>How an image came here. The numbers are stored; never renumber them.</summary>
public enum ImageSource : byte
{
    Upload = 0,
    Pull = 1,
    Push = 2,
}
