using ImageInsight.Analysis.FileSystem;
using ImageInsight.Web.Components.Display;
using ImageInsight.Web.Components.Image;

namespace ImageInsight.Web.Tests.Display;

public sealed class DisplayTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(9_995, "10.0 kB")]
    [InlineData(99_950, "100 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.00 MB")]
    [InlineData(582_000_000, "582 MB")]
    [InlineData(1_239_636_786, "1.24 GB")]
    [InlineData(long.MaxValue, "9.22 EB")]
    public void Sizes_are_decimal_with_three_figures(long bytes, string text) => Assert.Equal(text, Bytes.Text(bytes));

    [Fact]
    public void What_would_not_be_seen_is_spelled_out()
    {
        Assert.Equal("a\\u202egpj.exe", SafeText.Show("a\u202egpj.exe"));
        Assert.Equal("x\\u001b[31m", SafeText.Show("x\u001b[31m"));
        Assert.Equal("naïve 日本", SafeText.Show("naïve 日本"));
        Assert.Equal("&lt;b&gt;&amp;amp;", SafeText.ForPlotly("<b>&amp;"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?path=/usr/lib")]
    [InlineData("?path=/a%20b%26c/%C3%A9&layer=3&measure=pull&finding=deleted-later-7")]
    public void A_place_and_its_address_are_the_same(string query) => Assert.Equal(query, Place.Parse(query).ToQuery());

    [Theory]
    [InlineData("?layer=-1&measure=9&path=relative")]
    [InlineData("?layer=x&measure=nothing")]
    public void A_wrong_address_is_the_start(string query) => Assert.Equal(Place.Start, Place.Parse(query));

    [Fact]
    public void Text_on_every_layers_colour_can_be_read()
    {
        for (var layer = 0; layer < 40; layer++)
            Assert.True(Contrast(LayerColors.Of(layer, 40), LayerColors.TextOn(LayerColors.Of(layer, 40))) >= 4.5);
        Assert.Equal(Measure.Disk, Place.Start.Measure);
    }

    private static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var rgb = Convert.FromHexString(colour[1..]).Select(c => c / 255.0).Select(c => c <= 0.03928 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * rgb[0]) + (0.7152 * rgb[1]) + (0.0722 * rgb[2]);
    }
}
