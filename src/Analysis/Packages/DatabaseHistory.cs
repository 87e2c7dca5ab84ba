namespace ImageInsight.Analysis.Packages;

/// <summary>Which layer brought a package, told from a database as each layer left it.</summary>
internal static class DatabaseHistory
{
    /// <param name="keys">What makes a package the same in two versions of the database: name, architecture and
    /// version.</param>
    /// <returns>By key, the lowest layer from which on every version has it.</returns>
    public static Dictionary<string, int> Origins(
        CapturedFiles files, CapturedFile database, Func<byte[], IEnumerable<string>> keys)
    {
        Dictionary<string, int> origins = [];
        foreach (var (layer, capture) in files.Versions(database.Node))
        {
            if (capture.Kind != database.Capture.Kind)
                continue;
            var before = origins;
            origins = [];
            foreach (var key in keys(capture.Bytes))
                origins[key] = before.GetValueOrDefault(key, layer);
        }

        return origins;
    }
}
