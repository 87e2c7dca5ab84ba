using ImageInsight.Reporting.Wording;

namespace ImageInsight.Reporting.Tests.Wording;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("usr/lib", "usr/lib")]
    [InlineData("a\u202egpj.exe", "a\\u202egpj.exe")]
    [InlineData("zero\u200bwidth", "zero\\u200bwidth")]
    [InlineData("two\nlines", "two\\u000alines")]
    [InlineData("naïve ☃ 日本", "naïve ☃ 日本")]
    [InlineData(null, "")]
    public void What_cannot_be_seen_is_spelled_out(string? name, string shown) =>
        Assert.Equal(shown, SafeText.Show(name));

    [Fact]
    public void Plotly_gets_no_markup() =>
        Assert.Equal("&lt;b&gt;x&lt;/b&gt; &amp;amp;", SafeText.ForPlotly("<b>x</b> &amp;"));

    [Fact]
    public void Content_hashes_of_the_classic_builder_are_cut_short() => Assert.Equal(
        "ADD file:719e97a5… in /",
        InstructionText.Show("ADD file:719e97a5023d1e70e199bde11ad0c876fe0bf303ed774fe6ca949d371986aaae in /"));
}
