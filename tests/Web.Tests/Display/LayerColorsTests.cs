using ImageInsight.Web.Components.Display;

namespace ImageInsight.Web.Tests.Display;

public sealed class LayerColorsTests
{
    [Fact]
    public void Text_on_every_layers_colour_can_be_read()
    {
        for (var layer = 0; layer < 40; layer++)
            Assert.True(Contrast(
                LayerColors.ForLayer(layer, 40), LayerColors.TextOn(LayerColors.ForLayer(layer, 40))) >= 4.5);
    }

    private static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var rgb = Convert.FromHexString(colour[1..]).Select(c => c / 255.0)
            .Select(c => c <= 0.03928 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * rgb[0]) + (0.7152 * rgb[1]) + (0.0722 * rgb[2]);
    }
}
