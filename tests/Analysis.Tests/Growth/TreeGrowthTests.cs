using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>Merging layers, and finding in what came of it.</summary>
public sealed class TreeGrowthTests
{
    [Fact]
    public void A_folder_that_every_layer_empties_again_is_gone_through_once() => GrowthCheck.AssertLinear(times =>
    {
        var image = new TreeGrowthImage().Layer().Files(4000 * times, i => $"d/{i}");
        for (var layer = 0; layer < 200 * times; layer++)
            image.Layer().File("d/.wh..wh..opq", 0).File("d/0");
        var layers = image.Make().Facts.Layers;
        return work => FileTree.Merge(layers, new AnalysisOptions(), work);
    });

    [Fact]
    public void Links_that_lead_in_circles_are_work_that_ends()
    {
        var target = string.Concat(Enumerable.Repeat("./", 2000)) + "../l";
        var image = new TreeGrowthImage().Layer().Link("d/l0", "/d");
        for (var i = 1; i < 40; i++)
            image.Link($"d/l{i}", string.Concat(Enumerable.Repeat("./", 2000)) + $"l{i - 1}");
        image.Layer();
        for (var i = 0; i < 200; i++)
            image.File($"d/{string.Concat(Enumerable.Repeat("l39/", 200))}{target.Length}{i}/x");
        var layers = image.Make().Facts.Layers;
        var work = new WorkBudget(new AnalysisOptions { MaxWork = 1_000_000 }, CancellationToken.None);
        var exception = Assert.Throws<ImageException>(() => FileTree.Merge(layers, new AnalysisOptions(), work));
        Assert.Equal(nameof(AnalysisOptions.MaxWork), exception.Option);
    }

    [Fact]
    public void A_name_among_many_is_found_in_a_wide_folder_and_after_it_was_hidden()
    {
        var tree = new TreeGrowthImage().Layer().Files(5000, i => $"d/{i}").Layer().Whiteout("d/7").Make().Tree;
        var folder = TreeWalk.Find(tree, "/d");
        Assert.All(Enumerable.Range(0, 5000), i => Assert.Equal(
            i == 7 ? -1 : tree.PlaceOf(0, i + 1), TreeWalk.Find(tree, folder, $"{i}")));
        Assert.True(TreeWalk.Child(tree, folder, "7"u8) > 0);
        Assert.Equal(-1, TreeWalk.Child(tree, folder, "5000"u8));
    }

    [Fact]
    public void Sizes_that_come_to_more_than_a_number_are_an_error_of_the_image()
    {
        var image = new TreeGrowthImage();
        for (var layer = 0; layer < 4; layer++)
            image.Layer().File($"{layer}", 1L << 59);
        var tree = image.Make().Tree;
        Assert.Equal(ImageErrors.LayerInvalid, Assert.Throws<ImageException>(() => tree.Ledger).Code);
    }

    [Fact]
    public void A_folder_that_was_emptied_shows_what_is_put_into_it_again()
    {
        var tree = new TreeGrowthImage().Layer().Files(5, i => $"d/{i}")
            .Layer().File("d/.wh..wh..opq", 0).File("d/1").Layer().Whiteout("d").Layer().File("d/2").File("d/2")
            .Layer().File("d/.wh..wh..opq", 0).File("d/3").Make().Tree;
        Assert.Equal(["/d", "/d/3"], tree.VisibleEntries().Select(e => e.Path));
        Assert.Equal(EntryKind.File, tree.Nodes[TreeWalk.Find(tree, "/d/3")].Kind);
        Assert.Equal((9000, 1000), (tree.Ledger.DiskBytes, tree.Ledger.VisibleBytes));
    }
}
