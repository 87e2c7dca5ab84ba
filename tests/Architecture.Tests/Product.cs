using System.Reflection;

namespace ImageInsight.Architecture.Tests;

/// <summary>The three assemblies of the product, and where their sources are.</summary>
internal static class Product
{
    public static Assembly Analysis { get; } = Assembly.Load("ImageInsight.Analysis");

    public static Assembly Data { get; } = Assembly.Load("ImageInsight.Data");

    public static Assembly Web { get; } = Assembly.Load("ImageInsight.Web");

    public static string SourceFolder { get; } = Path.Combine(Root(), "src");

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "ImageInsight.sln")))
                return folder;
        throw new DirectoryNotFoundException("No folder above the tests holds ImageInsight.sln.");
    }
}
