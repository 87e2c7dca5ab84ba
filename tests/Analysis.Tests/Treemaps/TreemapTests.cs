using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Treemaps;

namespace ImageInsight.Analysis.Tests.Treemaps;

public sealed class TreemapTests
{
    [Fact]
    public async Task Never_more_tiles_than_the_budget_and_no_directory_smaller_than_its_tiles()
    {
        var tree = await Images.TreeAsync(l =>
        {
            for (var d = 0; d < 60; d++)
                for (var f = 0; f < 40; f++)
                    l.File($"d{d}/f{f}", 1000 + (d * 10) + f);
        });
        var map = Treemap.Build(FileView.Final(tree), FileTree.Root, Measure.Disk, 300);
        Assert.InRange(map.Tiles.Count, 200, 300);
        foreach (var parent in map.Tiles.Where(t => map.Tiles.Any(c => c.ParentId == t.Id)))
            Assert.True(map.Tiles.Where(t => t.ParentId == parent.Id).Sum(t => t.Value) <= parent.Value);
        Assert.Equal(map.Tiles.Count, map.Tiles.Select(t => t.Id).Distinct().Count());
        Assert.Equal(tree.Ledger.VisibleBytes, map.Tiles[0].Value);
    }

    /// <summary>In a browser it is compared with what plotly.js draws (TreemapTests of Browser.Tests).</summary>
    [Theory]
    [InlineData(678, 533)]
    [InlineData(340, 420)]
    [InlineData(100, 8000)]
    public async Task Tiles_lie_within_their_directory_apart_and_as_big_as_their_share(int width, int height)
    {
        var tree = await Images.TreeAsync(l =>
        {
            for (var f = 1; f <= 50; f++)
                l.File($"d{f % 5}/f{f}", 1000 * f);
        });
        var map = Treemap.Build(FileView.Final(tree), FileTree.Root, Measure.Disk);
        var boxes = TreemapLayout.Place(map, width, height);
        Assert.Equal(new TileBox(0, 0, width, height), boxes[0]);
        for (var i = 1; i < boxes.Count; i++)
        {
            var parent = Enumerable.Range(0, boxes.Count).Single(p => map.Tiles[p].Id == map.Tiles[i].ParentId);
            Assert.True(
                boxes[i].X0 >= boxes[parent].X0 && boxes[i].X1 <= boxes[parent].X1 + 1e-6
                && boxes[i].Y0 >= boxes[parent].Y0 && boxes[i].Y1 <= boxes[parent].Y1 + 1e-6);
            foreach (var j in Enumerable.Range(1, i - 1).Where(j => map.Tiles[j].ParentId == map.Tiles[i].ParentId))
            {
                Assert.False(
                    Math.Min(boxes[i].X1, boxes[j].X1) - Math.Max(boxes[i].X0, boxes[j].X0) > 1e-6
                    && Math.Min(boxes[i].Y1, boxes[j].Y1) - Math.Max(boxes[i].Y0, boxes[j].Y0) > 1e-6);
                // With the gaps around them.
                Assert.Equal(
                    map.Tiles[i].Value / (double)map.Tiles[j].Value, Area(boxes[i]) / Area(boxes[j]), 1e-6);
            }
        }

        static double Area(TileBox box) =>
            (box.Width + TreemapLayout.Gap) * (box.Height + TreemapLayout.Gap);
    }

    [Fact]
    public async Task What_is_not_drawn_stands_in_a_more_tile()
    {
        var tree = await Images.TreeAsync(l =>
        {
            for (var f = 0; f < 500; f++)
                l.File($"d/f{f}", 1000);
        });
        var map = Treemap.Build(FileView.Final(tree), FileTree.Root, Measure.Disk);
        var more = Assert.Single(map.Tiles, t => t.Node is null);
        Assert.Equal(500, more.MoreCount + map.Tiles.Count(t => t.ParentId == "/d" && t.Node is not null));
        Assert.Equal(500_000, map.Tiles.Where(t => t.ParentId == "/d").Sum(t => t.Value));
    }

    [Fact]
    public async Task A_single_layer_shows_its_wasted_files()
    {
        var tree = await Images.TreeAsync(
            l => l.File("d/a", 100).File("d/b", 50), l => l.Whiteout("d/a").File("c", 10));
        var view = FileView.OfLayer(tree, 0);
        Assert.True(view.TryFind("/d/a", out var dead));
        Assert.True(view.Describe(dead).Wasted);
        Assert.False(view.TryFind("/c", out _));
        Assert.Equal(new NodeSizes(150, view.Sizes(FileTree.Root).PullBytes, 100, 2), view.Sizes(FileTree.Root));
        Assert.False(FileView.Final(tree).TryFind("/none", out _));
    }

    [Fact]
    public async Task Totals_of_the_final_view_are_the_ledgers()
    {
        var tree = await Images.TreeAsync(
            l => l.File("d/a", 100).HardLink("d/b", "d/a").File("e/x", 70), l => l.Whiteout("e").File("d/a", 30, 'y'));
        var sizes = FileView.Final(tree).Sizes(FileTree.Root);
        Assert.Equal(tree.Ledger.VisibleBytes, sizes.DiskBytes);
        Assert.Equal(tree.Ledger.WastedBytes, sizes.WastedBytes);
        Assert.Equal(tree.VisibleFiles, sizes.Files);
    }
}
