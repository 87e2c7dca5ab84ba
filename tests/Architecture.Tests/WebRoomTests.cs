using Xunit;

namespace ImageInsight.Architecture.Tests;

public sealed class WebRoomTests
{
    [Fact]
    public void Components_never_use_a_database_context() => Arrows.NoneFrom(
        Product.Web, "ImageInsight.Web.Components",
        "ImageInsight.Data.InsightDbContext", "ImageInsight.Data.Contexts", "ImageInsight.Data.Entities", "ImageInsight.Data.Bulk",
        "Microsoft.EntityFrameworkCore", "Npgsql", "Microsoft.Data.Sqlite");

    [Fact]
    public void The_program_never_touches_rows() => Arrows.NoneFrom(
        Product.Web, "ImageInsight.Web", "ImageInsight.Data.Entities", "ImageInsight.Data.Bulk", "ImageInsight.Data.Migrations");

    [Theory]
    [InlineData("Api")]
    [InlineData("Access")]
    [InlineData("Configuration")]
    [InlineData("Opening")]
    [InlineData("Uploads")]
    [InlineData("Viewing")]
    [InlineData("Worker")]
    public void Only_the_program_itself_knows_the_pages(string room) =>
        Arrows.NoneFrom(Product.Web, $"ImageInsight.Web.{room}", "ImageInsight.Web.Components");

    [Fact]
    public void The_worker_knows_nothing_of_requests() => Arrows.NoneFrom(
        Product.Web, "ImageInsight.Web.Worker", "ImageInsight.Web.Api", "ImageInsight.Web.Access", "Microsoft.AspNetCore.Http");

    [Fact]
    public void What_opens_images_knows_neither_requests_nor_the_worker() => Arrows.NoneFrom(
        Product.Web, "ImageInsight.Web.Opening", "ImageInsight.Web.Api", "ImageInsight.Web.Access", "ImageInsight.Web.Worker", "Microsoft.AspNetCore.Http");

    [Fact]
    public void The_gate_judges_figures_and_knows_no_stores_requests_or_exports() => Arrows.NoneFrom(
        Product.Web, "ImageInsight.Web.Gates", "ImageInsight.Web.Api", "ImageInsight.Web.Access", "ImageInsight.Web.Exports", "ImageInsight.Web.Worker",
        "ImageInsight.Data.Stores.AnalysisStore", "Microsoft.AspNetCore.Http");
}
