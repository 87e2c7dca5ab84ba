using Xunit;

namespace ImageInsight.Architecture.Tests;

/// <summary>Every room of every project, as docs/architecture.md draws them.</summary>
public sealed class RoomTests
{
    public static TheoryData<string, string> EveryRoom =>
        [.. Rooms.All.SelectMany(p => p.Order.Intersect(p.Present).Select(r => (p.Name, r)))];

    public static TheoryData<string> Projects => [.. Rooms.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(EveryRoom))]
    public void A_room_uses_only_the_rooms_below_it(string project, string room)
    {
        var rooms = Of(project);
        Arrows.NoneFrom(rooms.Assembly, $"{project}.{room}", [.. rooms.ForbiddenTo(room)]);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_room_has_a_rule(string project) => Assert.Empty(Of(project).Present.Except(Of(project).Order));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_type_that_all_rooms_may_use_exists(string project)
    {
        var rooms = Of(project);
        var known = rooms.Assembly.GetTypes().Where(t => t.Namespace == project).Select(t => t.Name).ToHashSet();
        Assert.Empty(rooms.Root.Except(known));
    }

    [Fact]
    public void The_rules_see_the_types() =>
        Assert.True(Arrows.TypesIn(Product.Analysis, "ImageInsight.Analysis.FileSystem") > 5);

    [Fact]
    public void The_rules_notice_an_arrow() => Assert.ThrowsAny<Xunit.Sdk.XunitException>(
        () => Arrows.NoneFrom(Product.Analysis, "ImageInsight.Analysis.FileSystem", "ImageInsight.Analysis.Layers"));

    [Fact]
    public void Components_never_use_a_database_context() => Arrows.NoneFrom(
        Product.Web, "ImageInsight.Web.Components",
        "ImageInsight.Data.InsightDbContext", "ImageInsight.Data.Contexts", "Microsoft.EntityFrameworkCore", "Npgsql",
        "Microsoft.Data.Sqlite");

    [Theory]
    [InlineData("Opening")]
    [InlineData("Reading")]
    public void What_works_without_a_request_knows_none(string room) => Arrows.NoneFrom(
        Product.Web, $"ImageInsight.Web.{room}", "Microsoft.AspNetCore.Http");

    private static Rooms Of(string project) => Rooms.All.Single(p => p.Name == project);
}
