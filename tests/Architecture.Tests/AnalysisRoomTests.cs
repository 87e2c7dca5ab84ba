using Xunit;

namespace ImageInsight.Architecture.Tests;

/// <summary>The rooms of the library, the lowest first. Whoever adds a room says here what it may use.</summary>
public sealed class AnalysisRoomTests
{
    private const string Root = "ImageInsight.Analysis";

    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["References"] = [],
        ["Layers"] = ["References"],
        ["Sources"] = ["References", "Layers"],
        ["FileSystem"] = ["References", "Layers"],
        ["Packages"] = ["References", "Layers", "FileSystem"],
        ["Bases"] = ["References", "Layers", "Sources", "FileSystem", "Packages"],
        ["Findings"] = ["References", "Layers", "FileSystem", "Packages", "Bases"],
        ["Dockerfiles"] = ["References", "Layers", "FileSystem", "Packages", "Bases", "Findings"],
        ["Rewriting"] = ["References", "Layers", "Sources", "FileSystem"],
        ["Treemaps"] = ["References", "Layers", "FileSystem", "Packages"],
    };

    /// <summary>What tells the whole story stands above all rooms; ImageFacts and what it is made of are its vocabulary and open to the upper rooms.</summary>
    private static readonly string[] Story = [$"{Root}.ImageAnalyzer", $"{Root}.ImageAnalysis", $"{Root}.ProgressTracker", $"{Root}.LayerStackReader"];

    private static readonly string[] Vocabulary = [$"{Root}.ImageFacts", $"{Root}.BuildHistory", $"{Root}.HistoryEntry", $"{Root}.Instruction"];

    public static TheoryData<string> Rooms => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_below_it(string room)
    {
        var above = MayUse.Keys.Except(MayUse[room]).Where(r => r != room).Select(r => $"{Root}.{r}");
        Arrows.NoneFrom(Product.Analysis, $"{Root}.{room}", [.. above, .. Story]);
    }

    [Theory]
    [InlineData("References")]
    [InlineData("Layers")]
    [InlineData("Sources")]
    [InlineData("FileSystem")]
    public void Reading_and_merging_know_nothing_of_build_instructions(string room) =>
        Arrows.NoneFrom(Product.Analysis, $"{Root}.{room}", Vocabulary);

    [Fact]
    public void Every_room_has_its_rule()
    {
        var rooms = Product.Analysis.GetTypes().Select(t => t.Namespace ?? "").Where(n => n.StartsWith(Root + ".", StringComparison.Ordinal))
            .Select(n => n[(Root.Length + 1)..].Split('.')[0]).Distinct();
        Assert.Empty(rooms.Except(MayUse.Keys));
    }

    [Fact]
    public void The_rules_see_the_types() => Assert.True(Arrows.TypesIn(Product.Analysis, $"{Root}.FileSystem") > 5);

    [Fact]
    public void The_rules_notice_an_arrow() => Assert.ThrowsAny<Xunit.Sdk.XunitException>(
        () => Arrows.NoneFrom(Product.Analysis, $"{Root}.FileSystem", $"{Root}.Layers"));
}
