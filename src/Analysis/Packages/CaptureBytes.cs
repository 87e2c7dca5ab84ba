namespace ImageInsight.Analysis.Packages;

/// <summary>The most that is kept of one file, by what it is.</summary>
internal static class CaptureBytes
{
    /// <summary>dpkg's status of a big image has 3 MB, an rpm database 40.</summary>
    public const int Database = 64 << 20;

    /// <summary>The RECORD of the biggest wheels; an application's installed.json and deps.json.</summary>
    public const int List = 8 << 20;

    public const int Document = 1 << 20;
}
