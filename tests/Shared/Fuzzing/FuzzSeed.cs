namespace ImageInsight.Tests.Fuzzing;

/// <summary>What mutation starts from.</summary>
internal sealed record FuzzSeed(string Name, byte[] Bytes)
{
    /// <summary>Bigger ones cost the time of many cases and have nothing that small ones have not.</summary>
    private const int Most = 192 << 10;

    private static readonly string? Fixtures = Find();

    /// <summary>Fixtures of other projects, where ../shared is there, in an order that does not change.</summary>
    public static IEnumerable<FuzzSeed> Files(string folder)
    {
        if (Fixtures is null || !Directory.Exists(Path.Combine(Fixtures, folder)))
            yield break;
        foreach (var file in Directory.GetFiles(
            Path.Combine(Fixtures, folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (!file.EndsWith(".json", StringComparison.Ordinal) && new FileInfo(file).Length is > 0 and <= Most)
                yield return new FuzzSeed(Path.GetRelativePath(Fixtures, file), File.ReadAllBytes(file));
    }

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(Path.Combine(at.FullName, "shared", "fixtures")))
                return Path.Combine(at.FullName, "shared", "fixtures");
        return null;
    }
}
