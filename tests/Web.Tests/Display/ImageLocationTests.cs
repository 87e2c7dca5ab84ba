using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Web.Components.Image;

namespace ImageInsight.Web.Tests.Display;

public sealed class ImageLocationTests
{
    [Theory]
    [InlineData("/", null, Measure.Disk, null)]
    [InlineData("/usr/lib", 3, Measure.Pull, "deleted-later-7")]
    [InlineData("/a b&c=d/%41/日本/#?", 0, Measure.Files, null)]
    public void An_address_leads_back_to_the_same_place(string path, int? layer, Measure measure, string? finding)
    {
        var location = new ImageLocation(path, layer, measure, finding);
        Assert.Equal(location, ImageLocation.Parse(location.ToQuery()));
    }

    [Theory]
    [InlineData(ImagePart.Base, "?of=base")]
    [InlineData(ImagePart.Yours, "?of=yours")]
    public void The_part_that_is_shown_is_in_the_address(ImagePart of, string query)
    {
        Assert.Equal(query, (ImageLocation.Start with { Of = of }).ToQuery());
        Assert.Equal(of, ImageLocation.Parse(query).Of);
    }

    [Fact]
    public void The_Dockerfile_has_an_address_of_its_own()
    {
        Assert.Equal("?tab=dockerfile", (ImageLocation.Start with { Tab = ImageTabs.DockerfileKey }).ToQuery());
        Assert.Equal(ImageTabs.DockerfileKey, ImageLocation.Parse("?tab=dockerfile").Tab);
        Assert.Equal("", ImageLocation.Parse("?tab=dockerfiles").Tab);
    }

    [Fact]
    public void The_start_has_a_bare_address() => Assert.Equal("", ImageLocation.Start.ToQuery());

    [Theory]
    [InlineData("?path=usr")]
    [InlineData("?layer=-1")]
    [InlineData("?layer=x&measure=2")]
    [InlineData("?measure=colour")]
    [InlineData("?of=2")]
    [InlineData("?of=mine")]
    public void A_bad_address_leads_to_the_start(string query) =>
        Assert.Equal(ImageLocation.Start, ImageLocation.Parse(query));
}
