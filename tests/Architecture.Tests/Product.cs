using System.Reflection;

namespace ImageInsight.Architecture.Tests;

/// <summary>The assemblies of the product, and where their sources are.</summary>
internal static class Product
{
    public static Assembly Analysis { get; } = Assembly.Load("ImageInsight.Analysis");

    public static Assembly Reporting { get; } = Assembly.Load("ImageInsight.Reporting");

    public static Assembly Data { get; } = Assembly.Load("ImageInsight.Data");

    public static Assembly Web { get; } = Assembly.Load("ImageInsight.Web");

    public static IReadOnlyList<Assembly> All { get; } = [Analysis, Reporting, Data, Web];

    public static string Root { get; } = FindRoot();

    public static string SourceFolder { get; } = Path.Combine(Root, "src");

    /// <summary>Files that people write, of src and tests.</summary>
    public static IEnumerable<string> SourceFiles(params string[] endings) =>
        new[] { "src", "tests" }.SelectMany(
            f => Directory.EnumerateFiles(Path.Combine(Root, f), "*", SearchOption.AllDirectories))
            .Where(f => endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)))
            .Where(f => !f.Contains("/Migrations/", StringComparison.Ordinal)
                && !f.Contains("/obj/", StringComparison.Ordinal)
                // Made by others, and kept as it was built.
                && !f.Contains("/_content/", StringComparison.Ordinal)
                && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "ImageInsight.sln")))
                return folder;
        throw new DirectoryNotFoundException("No folder above the tests holds ImageInsight.sln.");
    }
}
