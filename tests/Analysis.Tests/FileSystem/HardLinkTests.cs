using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Tests.FileSystem;

/// <summary>Hard links to what their own layer took away.</summary>
public sealed class HardLinkTests
{
    [Fact]
    public async Task A_link_to_a_file_that_its_layer_removed_keeps_the_file()
    {
        var tree = await Images.TreeAsync(l => l.File("d/a", 500), l => l.Whiteout("d/a").HardLink("b", "d/a"));
        Assert.Equal(500, tree.Listing()["/b"].Size);
        Assert.Equal(new LedgerTotals(500, 500, 0, 0, 0, 0, 0), tree.Ledger);
    }

    [Theory]
    [InlineData("directory")]
    [InlineData("implied directory")]
    [InlineData("symlink")]
    [InlineData("fifo")]
    public async Task A_link_to_what_replaced_a_removed_file_and_was_removed_too_has_no_file(string replacement)
    {
        var tree = await Images.TreeAsync(
            l => l.File("d/a", 500),
            l =>
            {
                l.Whiteout("d/a");
                _ = replacement switch
                {
                    "directory" => l.Directory("d/a"),
                    "implied directory" => l.File("d/a/x", 0),
                    "symlink" => l.Symlink("d/a", "x"),
                    _ => l.Record("d/a"u8.ToArray(), '6', []),
                };
                // Takes the folder away with what the layer itself wrote there.
                l.File("d", 7).HardLink("b", "d/a");
            });
        Assert.Equal(500, tree.Ledger.Deleted);
        Assert.Equal(("hardlink", 0L), (tree.Listing()["/b"].Kind, tree.Listing()["/b"].Size));
        Assert.Equal(7, tree.Listing()["/d"].Size);
    }

    [Fact]
    public async Task A_link_to_a_file_that_its_own_layer_wrote_and_removed_has_no_file()
    {
        var tree = await Images.TreeAsync(
            l => l.File("d/a", 500),
            l => l.Whiteout("d/a").File("d/a", 30).File("d", 7).HardLink("b", "d/a"));
        Assert.Equal(0, tree.Listing()["/b"].Size);
        Assert.Equal(new LedgerTotals(537, 7, 530, 0, 0, 0, 0), tree.Ledger);
    }
}
