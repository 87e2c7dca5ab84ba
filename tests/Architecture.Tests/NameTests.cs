using Xunit;

namespace ImageInsight.Architecture.Tests;

/// <summary>Rooms are named for what they hold, never for a pattern.</summary>
public sealed class NameTests
{
    private static readonly string[] Patterns =
        ["Helpers", "Helper", "Utils", "Utilities", "Managers", "Models", "Services", "Common", "Misc", "Extensions",
            "Interfaces"];

    [Fact]
    public void No_folder_is_named_for_a_pattern()
    {
        var folders = Directory.EnumerateDirectories(Product.SourceFolder, "*", SearchOption.AllDirectories)
            .Where(f => Patterns.Contains(Path.GetFileName(f), StringComparer.OrdinalIgnoreCase));
        Assert.Empty(folders);
    }

    [Fact]
    public void No_namespace_is_named_for_a_pattern()
    {
        var names = Product.All.SelectMany(a => a.GetTypes()).Select(t => t.Namespace)
            .Where(n => n?.StartsWith("ImageInsight.", StringComparison.Ordinal) == true).Distinct();
        Assert.DoesNotContain(names, n => n!.Split('.').Intersect(Patterns, StringComparer.OrdinalIgnoreCase).Any());
    }
}
