namespace ImageInsight.Analysis.Packages;

/// <summary>The most bytes of a file that are kept as they are, by what it lists.</summary>
internal static class BodyCaps
{
    /// <summary>All packages of an image: dpkg's status of a big one has 3 MB, an rpm database 40.</summary>
    public const int Database = 64 << 20;

    /// <summary>
    /// What one package has, or one application: the RECORD of the biggest wheels, installed.json, deps.json.
    /// </summary>
    public const int List = 8 << 20;

    /// <summary>What one package says of itself.</summary>
    public const int Document = 1 << 20;
}
