namespace ImageInsight.Analysis.Tests.Fixtures;

/// <summary>
/// Archives that other projects wrote, with what independent readers say of each. They are not part of this repository.
/// </summary>
internal static class FixtureFolder
{
    private const string Suffix = ".expect.json";

    public const string Missing = "../shared/fixtures is not here.";

    public static string? Path { get; } = Find();

    /// <summary>
    /// Names, relative to the folder, of the files below <paramref name="parts"/> that have an expectation; one empty
    /// name when there are none.
    /// </summary>
    public static TheoryData<string> Files(params string[] parts)
    {
        var data = new TheoryData<string>();
        foreach (var part in parts)
            if (Path is not null && Directory.Exists(System.IO.Path.Combine(Path, part)))
                foreach (var file in Directory.GetFiles(
                    System.IO.Path.Combine(Path, part), "*" + Suffix,
                    SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                    data.Add(System.IO.Path.GetRelativePath(Path, file)[..^Suffix.Length]);
        if (data.Count == 0)
            data.Add("");
        return data;
    }

    public static string File(string name) => System.IO.Path.Combine(Path!, name);

    public static string Expectation(string name) => System.IO.File.ReadAllText(File(name) + Suffix);

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(System.IO.Path.Combine(at.FullName, "shared", "fixtures")))
                return System.IO.Path.Combine(at.FullName, "shared", "fixtures");
        return null;
    }
}
