namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>Paths as instructions write them.</summary>
internal static class Paths
{
    /// <summary>Absolute, without . and .. and without a slash at its end.</summary>
    public static string Combine(string directory, string path)
    {
        path = path.Trim('"', '\'');
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : directory + "/" + path).Split(
            '/', StringSplitOptions.RemoveEmptyEntries))
            if (part == "..")
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            else if (part != ".")
                parts.Add(part);
        return "/" + string.Join('/', parts);
    }

    /// <summary>The path itself or something below it.</summary>
    public static bool IsIn(string path, string folder) =>
        folder == "/" || path == folder
        || (path.StartsWith(folder, StringComparison.Ordinal) && path[folder.Length] == '/');

    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>As a word of a shell that means just this.</summary>
    public static string Word(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c)
            || c is '/' or '.' or '_' or '-' or '+' or '@' or ':' or ',' or '=' or '%')
            ? path
            : "'" + path.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
