using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Tests.Layers;

public sealed class PathTests
{
    [Theory]
    [InlineData("x")]
    [InlineData("./x")]
    [InlineData("/x")]
    [InlineData("//x")]
    [InlineData("y/../x")]
    [InlineData("../../x")]
    public async Task Spellings_of_a_path_are_one_path(string spelling)
    {
        var tree = await Images.TreeAsync(l => l.File("x", 10, 'a'), l => l.File(spelling, 10, 'b'));
        Assert.Equal(new LedgerTotals(20, 10, 0, 10, 0, 0, 0), tree.Ledger);
    }

    [Fact]
    public async Task A_name_that_is_not_utf8_is_kept_and_shown_in_percent()
    {
        var tree = await Images.TreeAsync(
            l => l.Record([(byte)'5', (byte)'0', (byte)'%', 0xff, (byte)'x'], '0', [1, 2, 3]));
        Assert.Equal("/50%25%FFx", Assert.Single(tree.VisibleEntries()).Path);
        Assert.True(FileView.Final(tree).TryFind("/50%25%FFx", out _));
    }

    [Fact]
    public async Task A_valid_name_is_never_encoded()
    {
        var tree = await Images.TreeAsync(l => l.File("100%/naïve 日本", 1));
        Assert.Contains("/100%/naïve 日本", tree.Listing().Keys);
        Assert.True(FileView.Final(tree).TryFind("/100%/naïve 日本", out _));
    }

    [Fact]
    public async Task Long_names_and_links_are_read_whole()
    {
        var name = string.Join('/', Enumerable.Repeat(new string('n', 60), 5));
        var target = new string('t', 300);
        var listing = (await Images.TreeAsync(l => l.File(name, 7).Symlink("l", target))).Listing();
        Assert.Equal(7, listing["/" + name].Size);
        Assert.Equal(target, listing["/l"].LinkTarget);
    }

    [Fact]
    public void Escaping_and_back_gives_the_same_bytes()
    {
        byte[] name = [(byte)'a', 0xc3, 0x28, (byte)'%', 0xe2, 0x82, 0xac, 0xff];
        Assert.Equal(name, PathText.Unescape(PathText.FromName(name)));
        Assert.Equal("plain", Encoding.UTF8.GetString(PathText.Unescape("plain")));
    }
}
