using Xunit;

namespace ImageInsight.Architecture.Tests;

/// <summary>Analysis knows nothing of ours, Data knows Analysis, Web knows both; docs/architecture.md draws it.</summary>
public sealed class ProjectTests
{
    [Fact]
    public void Analysis_uses_nothing_of_ours() => Assert.Empty(OursUsedBy(Product.Analysis));

    [Fact]
    public void Data_uses_only_Analysis() => Assert.Equal(["ImageInsight.Analysis"], OursUsedBy(Product.Data));

    [Fact]
    public void Web_uses_only_Analysis_and_Data() =>
        Assert.Empty(OursUsedBy(Product.Web).Except(["ImageInsight.Analysis", "ImageInsight.Data"]));

    [Fact]
    public void Analysis_knows_no_web_and_no_database() => Arrows.NoneFrom(
        Product.Analysis, "ImageInsight.Analysis", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Data", "Npgsql");

    [Fact]
    public void Data_knows_no_web() => Arrows.NoneFrom(Product.Data, "ImageInsight.Data", "Microsoft.AspNetCore");

    private static IEnumerable<string> OursUsedBy(System.Reflection.Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("ImageInsight.", StringComparison.Ordinal)).Order();
}
