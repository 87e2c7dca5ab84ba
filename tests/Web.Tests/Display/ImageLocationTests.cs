using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Web.Components.Image;

namespace ImageInsight.Web.Tests.Display;

public sealed class PlaceTests
{
    [Theory]
    [InlineData("/", null, Measure.Disk, null)]
    [InlineData("/usr/lib", 3, Measure.Pull, "deleted-later-7")]
    [InlineData("/a b&c=d/%41/日本/#?", 0, Measure.Files, null)]
    public void An_address_leads_back_to_the_same_place(string path, int? layer, Measure measure, string? finding)
    {
        var place = new Place(path, layer, measure, finding);
        Assert.Equal(place, Place.Parse(place.ToQuery()));
    }

    [Theory]
    [InlineData(ImagePart.Base, "?of=base")]
    [InlineData(ImagePart.Yours, "?of=yours")]
    public void Whose_part_is_shown_stands_in_the_address(ImagePart of, string query)
    {
        Assert.Equal(query, (Place.Start with { Of = of }).ToQuery());
        Assert.Equal(of, Place.Parse(query).Of);
    }

    [Fact]
    public void The_Dockerfile_has_an_address()
    {
        Assert.Equal("?tab=dockerfile", (Place.Start with { Tab = Place.DockerfileTab }).ToQuery());
        Assert.Equal(Place.DockerfileTab, Place.Parse("?tab=dockerfile").Tab);
        Assert.Equal("", Place.Parse("?tab=dockerfiles").Tab);
    }

    [Fact]
    public void The_start_has_a_bare_address() => Assert.Equal("", Place.Start.ToQuery());

    [Theory]
    [InlineData("?path=usr")]
    [InlineData("?layer=-1")]
    [InlineData("?layer=x&measure=2")]
    [InlineData("?measure=colour")]
    [InlineData("?of=2")]
    [InlineData("?of=mine")]
    public void A_bad_address_leads_to_the_start(string query) => Assert.Equal(Place.Start, Place.Parse(query));
}
