using ImageInsight.Reporting.Wording;

namespace ImageInsight.Reporting.Tests.Wording;

public sealed class BytesTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(9_994, "9.99 kB")]
    [InlineData(9_996, "10.0 kB")]
    [InlineData(99_940, "99.9 kB")]
    [InlineData(99_960, "100 kB")]
    [InlineData(999_400, "999 kB")]
    [InlineData(999_500, "1.00 MB")]
    [InlineData(184_900_000, "185 MB")]
    [InlineData(1_240_000_000, "1.24 GB")]
    [InlineData(long.MaxValue, "9.22 EB")]
    public void Sizes_have_three_significant_figures_in_decimal_units(long bytes, string text) =>
        Assert.Equal(text, Bytes.Text(bytes));

    [Theory]
    [InlineData(228_000_000, "≈ 228 MB")]
    [InlineData(1000, "≈ 1.00 kB")]
    [InlineData(999, "< 1 kB")]
    [InlineData(1, "< 1 kB")]
    [InlineData(0, "0 B")]
    public void An_estimate_is_marked_and_not_good_to_single_bytes(long bytes, string text) =>
        Assert.Equal(text, Bytes.Text(bytes, estimated: true));

    [Fact]
    public void The_tooltip_has_every_byte() => Assert.Equal("184,912,345 bytes", Bytes.Exact(184_912_345));

    [Theory]
    [InlineData(0, 0, "0 %")]
    [InlineData(301, 1000, "30.1 %")]
    [InlineData(5, 5, "100 %")]
    public void A_part_is_a_percentage(long part, long whole, string text) =>
        Assert.Equal(text, Bytes.Percent(part, whole));
}
