using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Tests.FileSystem;

/// <summary>
/// Every class and every line of the byte ledger. Arguments: disk, visible, deleted, overwritten, metadataOnly,
/// touched, identical.
/// </summary>
public sealed class LedgerTests
{
    [Fact]
    public async Task A_file_that_nothing_hides_is_visible() =>
        Assert.Equal(new LedgerTotals(1000, 1000, 0, 0, 0, 0, 0), await Images.LedgerAsync(l => l.File("a", 1000)));

    [Fact]
    public async Task A_file_rewritten_once_wastes_its_first_copy_only() =>
        Assert.Equal(
            new LedgerTotals(2000, 1000, 0, 1000, 0, 0, 0),
            await Images.LedgerAsync(l => l.File("a", 1000, 'x'), l => l.File("a", 1000, 'y')));

    [Fact]
    public async Task A_deleted_file_is_wasted_as_deleted() =>
        Assert.Equal(
            new LedgerTotals(700, 200, 500, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.File("d/a", 500).File("d/b", 200), l => l.Whiteout("d/a")));

    [Fact]
    public async Task A_directory_removed_by_one_whiteout_counts_everything_below() =>
        Assert.Equal(
            new LedgerTotals(600, 100, 500, 0, 0, 0, 0),
            await Images.LedgerAsync(
                l => l.Directory("d").File("d/a", 200).File("d/e/b", 300).File("keep", 100),
                l => l.Whiteout("d")));

    [Fact]
    public async Task A_chmod_is_metadata_only() =>
        Assert.Equal(
            new LedgerTotals(800, 400, 0, 0, 400, 0, 0),
            await Images.LedgerAsync(l => l.File("a", 400, mode: 0x1a4), l => l.File("a", 400, mode: 0x1ed)));

    [Fact]
    public async Task A_chown_with_a_new_time_is_metadata_only() =>
        Assert.Equal(
            new LedgerTotals(800, 400, 0, 0, 400, 0, 0),
            await Images.LedgerAsync(
                l => l.File("a", 400, uid: 0), l => l.File("a", 400, uid: 1000, gid: 1000, mtime: 1800000000)));

    [Fact]
    public async Task A_change_of_extended_attributes_alone_is_metadata_only() =>
        Assert.Equal(
            new LedgerTotals(20, 10, 0, 0, 10, 0, 0),
            await Images.LedgerAsync(l => l.File("a", 10), l => l.File("a", 10, pax: ("SCHILY.xattr.user.note", "x"))));

    [Fact]
    public async Task Extended_attributes_in_another_order_are_the_same() =>
        Assert.Equal(
            new LedgerTotals(20, 10, 0, 0, 0, 0, 10),
            await Images.LedgerAsync(
                l => l.File("a", 10, pax: [("SCHILY.xattr.user.a", "1"), ("SCHILY.xattr.user.b", "2")]),
                l => l.File("a", 10, pax: [("SCHILY.xattr.user.b", "2"), ("SCHILY.xattr.user.a", "1")])));

    [Fact]
    public async Task Global_extended_attributes_hold_for_each_file_that_has_no_others_of_that_name() =>
        Assert.Equal(
            new LedgerTotals(40, 20, 0, 0, 0, 0, 20),
            await Images.LedgerAsync(
                l => l.Record("g"u8.ToArray(), 'g', "25 SCHILY.xattr.user.a=1\n25 SCHILY.xattr.user.b=2\n"u8.ToArray())
                    .File("a", 10, pax: ("SCHILY.xattr.user.a", "3")).File("b", 10),
                l => l.File("a", 10, pax: [("SCHILY.xattr.user.a", "3"), ("SCHILY.xattr.user.b", "2")])
                    .File("b", 10, pax: [("SCHILY.xattr.user.a", "1"), ("SCHILY.xattr.user.b", "2")])));

    [Fact]
    public async Task A_change_of_time_alone_is_touched() =>
        Assert.Equal(
            new LedgerTotals(20, 10, 0, 0, 0, 10, 0),
            await Images.LedgerAsync(l => l.File("a", 10, mtime: 1700000000), l => l.File("a", 10, mtime: 1700000001)));

    [Fact]
    public async Task Fractions_of_a_second_do_not_make_a_file_touched() =>
        Assert.Equal(
            new LedgerTotals(20, 10, 0, 0, 0, 0, 10),
            await Images.LedgerAsync(
                l => l.File("a", 10, pax: ("mtime", "1700000000.25")),
                l => l.File("a", 10, pax: ("mtime", "1700000000.75"))));

    [Fact]
    public async Task The_same_file_again_is_identical() =>
        Assert.Equal(
            new LedgerTotals(20, 10, 0, 0, 0, 0, 10),
            await Images.LedgerAsync(l => l.File("a", 10), l => l.File("a", 10)));

    [Fact]
    public async Task In_A_B_A_each_wasted_copy_is_classed_by_the_final_file() =>
        // The first A equals what is there in the end; B does not.
        Assert.Equal(
            new LedgerTotals(300, 100, 0, 100, 0, 0, 100),
            await Images.LedgerAsync(
                l => l.File("a", 100, 'A'), l => l.File("a", 100, 'B'), l => l.File("a", 100, 'A')));

    [Fact]
    public async Task Opaque_hides_lower_files_and_a_file_added_again_beside_it_is_visible()
    {
        var tree = await Images.TreeAsync(
            l => l.Directory("d").File("d/a", 100, 'x').File("d/b", 50),
            // The marker stands last; it still acts on the lower layer only.
            l => l.Directory("d").File("d/a", 100, 'x').Opaque("d"));
        Assert.Equal(new LedgerTotals(250, 100, 50, 0, 0, 0, 100), tree.Ledger);
        Assert.Equal(["/d", "/d/a"], tree.Listing().Keys.Order());
    }

    [Fact]
    public async Task A_path_twice_in_one_layer_charges_both_bodies()
    {
        var tree = await Images.TreeAsync(l => l.File("a", 300, 'x').File("a", 200, 'y'));
        Assert.Equal(new LedgerTotals(500, 200, 0, 300, 0, 0, 0), tree.Ledger);
        Assert.Equal([300], tree.WastedByLayer);
    }

    [Fact]
    public async Task Hard_links_in_one_layer_count_once()
    {
        var tree = await Images.TreeAsync(l => l.File("a", 100).HardLink("b", "a").HardLink("c", "./a"));
        Assert.Equal(new LedgerTotals(100, 100, 0, 0, 0, 0, 0), tree.Ledger);
        Assert.Equal(3, tree.VisibleFiles);
        Assert.Equal(100, tree.Listing()["/b"].Size);
        Assert.Equal("hardlink", tree.Listing()["/b"].Kind);
    }

    [Fact]
    public async Task A_hard_link_with_data_attached_counts_nothing() =>
        Assert.Equal(
            new LedgerTotals(110, 110, 0, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.File("a", 100).HardLink("b", "a", "attached"u8.ToArray()).File("z", 10)));

    [Fact]
    public async Task A_hard_link_to_a_lower_layer_keeps_the_inode_alive_when_its_first_name_goes()
    {
        var tree = await Images.TreeAsync(l => l.File("a", 100), l => l.HardLink("b", "a"), l => l.Whiteout("a"));
        Assert.Equal(new LedgerTotals(100, 100, 0, 0, 0, 0, 0), tree.Ledger);
        Assert.Equal(["/b"], tree.Listing().Keys);
    }

    [Fact]
    public async Task Overwriting_one_name_leaves_the_other_names_alive() =>
        Assert.Equal(
            new LedgerTotals(130, 130, 0, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.File("a", 100).HardLink("b", "a"), l => l.File("a", 30, 'y')));

    [Fact]
    public async Task An_inode_dies_with_its_last_name() =>
        Assert.Equal(
            new LedgerTotals(100, 0, 100, 0, 0, 0, 0),
            await Images.LedgerAsync(
                l => l.File("a", 100).HardLink("b", "a"), l => l.Whiteout("a"), l => l.Whiteout("b")));

    [Fact]
    public async Task A_hard_link_may_stand_before_its_target() =>
        Assert.Equal(
            new LedgerTotals(100, 100, 0, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.HardLink("b", "a").File("a", 100)));

    [Fact]
    public async Task A_hard_link_keeps_what_its_own_layer_takes_away()
    {
        var kept = new LedgerTotals(100, 100, 0, 0, 0, 0, 0);
        Assert.Equal(kept, await Images.LedgerAsync(l => l.File("a", 100), l => l.HardLink("b", "a").Whiteout("a")));
        Assert.Equal(kept, await Images.LedgerAsync(l => l.File("d/a", 100), l => l.HardLink("b", "d/a").Opaque("d")));
        Assert.Equal(kept, await Images.LedgerAsync(
            l => l.File("d/a", 100), l => l.HardLink("b", "d/a").Whiteout("d"),
            l => l.HardLink("c", "b").Whiteout("b")));
        var tree = await Images.TreeAsync(
            l => l.File("a", 100).HardLink("other", "a"), l => l.HardLink("b", "a").Whiteout("a"),
            l => l.Whiteout("other"));
        Assert.Equal(["/b"], tree.VisibleEntries().Select(e => e.Path));
        // What an earlier layer took away is gone.
        Assert.Equal(0,
            (await Images.LedgerAsync(
                l => l.File("a", 100), l => l.Whiteout("a"), l => l.HardLink("b", "a"))).VisibleBytes);
    }

    [Fact]
    public async Task A_hard_link_to_nothing_is_tolerated() =>
        Assert.Equal(new LedgerTotals(
            10, 10, 0, 0, 0, 0, 0), await Images.LedgerAsync(l => l.HardLink("b", "none").File("a", 10)));

    [Fact]
    public async Task A_body_written_again_beside_its_link_is_an_inode_of_its_own() =>
        Assert.Equal(
            new LedgerTotals(200, 200, 0, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.File("a", 100), l => l.File("b", 100)));

    [Fact]
    public async Task A_file_that_becomes_a_directory_is_deleted() =>
        Assert.Equal(
            new LedgerTotals(110, 10, 100, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.File("a", 100), l => l.Directory("a").File("a/b", 10)));

    [Fact]
    public async Task A_directory_that_becomes_a_file_takes_its_tree_with_it() =>
        Assert.Equal(
            new LedgerTotals(110, 10, 100, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.Directory("a").File("a/b", 100), l => l.File("a", 10)));

    [Fact]
    public async Task A_file_that_becomes_a_symlink_is_deleted() =>
        Assert.Equal(
            new LedgerTotals(110, 10, 100, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.File("a", 100).File("b", 10), l => l.Symlink("a", "b")));

    [Fact]
    public async Task A_directory_that_comes_back_does_not_bring_its_old_children()
    {
        var tree = await Images.TreeAsync(
            l => l.Directory("a").File("a/old", 100), l => l.File("a", 10), l => l.Directory("a").File("a/new", 1));
        Assert.Equal(new LedgerTotals(111, 1, 110, 0, 0, 0, 0), tree.Ledger);
        Assert.Equal(["/a", "/a/new"], tree.Listing().Keys.Order());
    }

    [Fact]
    public async Task A_whiteout_of_nothing_stops_nothing() =>
        Assert.Equal(
            new LedgerTotals(150, 100, 50, 0, 0, 0, 0),
            await Images.LedgerAsync(
                l => l.File("a", 100).File("b", 50), l => l.Whiteout("none").Whiteout("no/where").Whiteout("b")));

    [Fact]
    public async Task A_marker_and_its_file_in_one_layer_keep_the_file() =>
        Assert.Equal(
            new LedgerTotals(150, 50, 0, 100, 0, 0, 0),
            await Images.LedgerAsync(l => l.File("x", 100), l => l.File("x", 50).Whiteout("x")));

    [Fact]
    public async Task A_whiteout_through_a_symlinked_directory_removes_the_real_file()
    {
        var tree = await Images.TreeAsync(
            l => l.Directory("usr/bin").File("usr/bin/tool", 100).Symlink("bin", "usr/bin"),
            l => l.Whiteout("bin/tool"));
        Assert.Equal(new LedgerTotals(100, 0, 100, 0, 0, 0, 0), tree.Ledger);
        Assert.Contains("/bin", tree.Listing().Keys);
    }

    [Fact]
    public async Task A_file_through_a_symlinked_directory_replaces_the_real_file()
    {
        var tree = await Images.TreeAsync(
            l => l.Directory("usr/bin").File("usr/bin/tool", 100, 'x').Symlink("bin", "usr/bin"),
            l => l.File("bin/tool", 40, 'y'));
        Assert.Equal(new LedgerTotals(140, 40, 0, 100, 0, 0, 0), tree.Ledger);
        Assert.Equal(40, tree.Listing()["/usr/bin/tool"].Size);
    }

    [Fact]
    public async Task A_symlink_that_goes_in_its_own_layer_is_no_longer_followed()
    {
        var tree = await Images.TreeAsync(l => l.Directory("d").Symlink("l", "d").File("l/x", 1).File("l", 2)
            .File("l/y", 4));
        Assert.Equal(["/d", "/d/x", "/l", "/l/y"], tree.Listing().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new LedgerTotals(7, 5, 2, 0, 0, 0, 0), tree.Ledger);
    }

    [Fact]
    public async Task A_hard_link_whose_own_parents_replace_its_target_is_still_another_name_of_it()
    {
        var tree = await Images.TreeAsync(l => l.File("x", 1).Symlink("l", "x").HardLink("l/c", "l").File("l/c/d", 2));
        Assert.Equal("x", tree.Listing()["/l/c"].LinkTarget);
        Assert.Equal(["/l", "/l/c", "/l/x", "/l/x/d", "/x"], tree.Listing().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_directory_that_the_layer_writes_itself_is_not_followed_as_a_symlink()
    {
        // overlay writes this when a link is replaced by a directory: it must not empty usr/bin.
        var tree = await Images.TreeAsync(
            l => l.Directory("usr/bin").File("usr/bin/tool", 100).Symlink("bin", "usr/bin"),
            l => l.Opaque("bin").File("bin/own", 5).Directory("bin"));
        Assert.Equal(new LedgerTotals(105, 105, 0, 0, 0, 0, 0), tree.Ledger);
        Assert.Equal("dir", tree.Listing()["/bin"].Kind);
        Assert.Contains("/bin/own", tree.Listing().Keys);
        Assert.Contains("/usr/bin/tool", tree.Listing().Keys);
    }

    [Fact]
    public async Task Symlinks_that_lead_round_in_a_circle_are_left_alone() =>
        Assert.Equal(
            new LedgerTotals(10, 10, 0, 0, 0, 0, 0),
            await Images.LedgerAsync(l => l.Symlink("a", "b").Symlink("b", "a"), l => l.File("a/x", 10)));

    [Fact]
    public async Task The_layer_that_hid_an_inode_is_told()
    {
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("big", 5000), "COPY big /")
            .WithLayer(l => l.File("other", 1), "RUN /bin/sh -c true # buildkit")
            .WithLayer(l => l.Whiteout("big"), "RUN /bin/sh -c rm /big # buildkit");
        var result = await Images.AnalyzeAsync(image);
        var finding = Assert.Single(result.Findings, f => f.RuleId == "deleted-later");
        Assert.Equal((2, "RUN rm /big", 5000L), (finding.Layer, finding.Instruction, finding.DiskBytes));
        Assert.Equal(0, Assert.Single(finding.Paths).Layer);
        Assert.Equal([5000, 0, 0], result.Tree.WastedByLayer);
    }

    [Fact]
    public async Task Aufs_bookkeeping_is_skipped_and_its_links_keep_their_bytes()
    {
        var tree = await Images.TreeAsync(l => l
            .File(".wh..wh.aufs", 0).Directory(".wh..wh.plnk").File(".wh..wh.plnk/12.34", 70)
            .HardLink("a", ".wh..wh.plnk/12.34"));
        Assert.Equal(new LedgerTotals(70, 70, 0, 0, 0, 0, 0), tree.Ledger);
        Assert.Equal(["/a"], tree.Listing().Keys);
    }

    [Fact]
    public async Task The_same_layer_twice_makes_the_lower_one_wasted()
    {
        var layer = new LayerBuilder().File("a", 100).ToArray();
        var result = await Images.AnalyzeAsync(new ArchiveBuilder().WithRawLayer(layer).WithRawLayer(layer));
        Assert.Equal(new LedgerTotals(200, 100, 0, 0, 0, 0, 100), result.Tree.Ledger);
    }

    [Fact]
    public async Task An_image_without_files_has_efficiency_one() =>
        Assert.Equal(1, (await Images.LedgerAsync(l => l.Directory("d"))).Efficiency);

    [Fact]
    public async Task A_file_without_a_name_is_carried_and_reaches_nothing()
    {
        var tree = await Images.TreeAsync(l => l.File("a", 10).File(".", 7));
        Assert.Equal(17, tree.Ledger.DiskBytes);
        Assert.Equal(7, tree.Ledger.WastedBytes);
    }
}
