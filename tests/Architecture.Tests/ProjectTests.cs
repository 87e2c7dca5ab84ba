using System.Reflection;
using Xunit;

namespace ImageInsight.Architecture.Tests;

/// <summary>
/// Analysis knows nothing of ours, Reporting and Data know Analysis, Web knows all; docs/architecture.md draws it.
/// </summary>
public sealed class ProjectTests
{
    [Fact]
    public void Analysis_uses_nothing_of_ours() => Assert.Empty(OursUsedBy(Product.Analysis));

    [Fact]
    public void Reporting_uses_only_Analysis() =>
        Assert.Equal(["ImageInsight.Analysis"], OursUsedBy(Product.Reporting));

    [Fact]
    public void Data_uses_only_Analysis() => Assert.Equal(["ImageInsight.Analysis"], OursUsedBy(Product.Data));

    [Fact]
    public void Web_uses_only_Analysis_Reporting_and_Data() => Assert.Empty(
        OursUsedBy(Product.Web).Except(["ImageInsight.Analysis", "ImageInsight.Data", "ImageInsight.Reporting"]));

    [Theory]
    [InlineData("ImageInsight.Analysis")]
    [InlineData("ImageInsight.Reporting")]
    public void The_library_and_its_reports_know_no_web_and_no_database(string project) => Arrows.NoneFrom(
        Assembly.Load(project), project, "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Data",
        "Npgsql");

    [Fact]
    public void Data_knows_no_web() => Arrows.NoneFrom(Product.Data, "ImageInsight.Data", "Microsoft.AspNetCore");

    [Fact]
    public void The_image_of_the_service_is_built_with_every_project()
    {
        var dockerfile = File.ReadAllText(Path.Combine(Product.Root, "deploy", "Dockerfile"));
        foreach (var project in Product.All.Select(a => a.GetName().Name!.Split('.')[1]))
            Assert.Contains($"COPY src/{project}/{project}.csproj", dockerfile, StringComparison.Ordinal);
    }

    private static IEnumerable<string> OursUsedBy(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => n.StartsWith("ImageInsight.", StringComparison.Ordinal)).Order();
}
