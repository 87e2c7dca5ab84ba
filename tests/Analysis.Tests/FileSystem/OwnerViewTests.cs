using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Tests.FileSystem;

public sealed class OwnerViewTests
{
    [Fact]
    public async Task What_lower_and_upper_layers_brought_is_everything_at_every_path()
    {
        var tree = await Images.TreeAsync(
            l => l.Directory("empty").File("a/x", 100).File("a/y", 50).File("b/z", 30).Symlink("s", "a")
                .HardLink("a/h", "a/x"),
            l => l.File("a/y", 60).Whiteout("b/z").HardLink("c/h", "a/x"),
            l => l.File("a/new", 7).Directory("mine").Whiteout("a/x").File("d/deep/er", 9));
        for (var split = 0; split <= 3; split++)
        {
            var (whole, lower, upper) =
                (FileView.Final(tree), FileView.FinalOf(tree, 0, split), FileView.FinalOf(tree, split, 3));
            for (var node = 0; node < tree.Nodes.Length; node++)
                Assert.Equal(whole.Sizes(node), lower.Sizes(node) + upper.Sizes(node));
        }
    }

    [Fact]
    public async Task Only_what_the_layers_brought_is_shown()
    {
        var tree = await Images.TreeAsync(
            l => l.Directory("empty").File("a/x", 100).File("gone/z", 30),
            l => l.File("a/new", 7).Whiteout("gone/z").Directory("mine"));
        Assert.Equal(["/a", "/empty", "/gone"], Names(FileView.FinalOf(tree, 0, 1), Measure.Disk));
        Assert.Equal(["/a", "/mine"], Names(FileView.FinalOf(tree, 1, 2), Measure.Disk));
        Assert.Equal(["/gone"], Names(FileView.FinalOf(tree, 0, 1), Measure.Wasted));
        Assert.Empty(Names(FileView.FinalOf(tree, 1, 2), Measure.Wasted));
        Assert.False(FileView.FinalOf(tree, 0, 1).TryFind("/a/new", out _));
        Assert.True(FileView.FinalOf(tree, 1, 2).TryFind("/a/new", out _));
    }

    private static IEnumerable<string> Names(FileView view, Measure measure) =>
        view.Children(FileTree.Root, measure).Select(n => view.Describe(n).Path).Order(StringComparer.Ordinal);
}
