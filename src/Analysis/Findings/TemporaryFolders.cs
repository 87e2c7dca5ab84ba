namespace ImageInsight.Analysis.Findings;

/// <summary>What a build puts into a temporary directory goes whole: nothing else uses it.</summary>
internal static class TemporaryFolders
{
    private static readonly string[] Folders = ["/tmp/", "/var/tmp/"];

    /// <summary>/tmp/build of /tmp/build/a/b; the path itself where it lies elsewhere or directly in there.</summary>
    public static string TopOf(string path)
    {
        foreach (var folder in Folders)
            if (path.StartsWith(folder, StringComparison.Ordinal)
                && path.IndexOf('/', folder.Length) is > 0 and var end)
                return path[..end];
        return path;
    }
}
