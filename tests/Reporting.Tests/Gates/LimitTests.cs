using ImageInsight.Reporting.Gates;

namespace ImageInsight.Reporting.Tests.Gates;

public sealed class LimitTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500000000", 500_000_000)]
    [InlineData("500MB", 500_000_000)]
    [InlineData(" 1.5 gb ", 1_500_000_000)]
    [InlineData("12B", 12)]
    [InlineData("1kB", 1000)]
    [InlineData("1KiB", 1024)]
    [InlineData("0.5MiB", 524_288)]
    [InlineData("2TiB", 2L << 40)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Sizes_are_bytes_or_as_Docker_prints_them(string text, long bytes)
    {
        Assert.True(Limit.TryParse(text, share: false, out var limit));
        Assert.Equal(new Limit(bytes), limit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("500M")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("1,5GB")]
    [InlineData("1_000")]
    [InlineData("5%")]
    [InlineData("NaN")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999TB")]
    [InlineData("9300000TB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(Limit.TryParse(text, share: false, out _));

    [Theory]
    [InlineData("2%", 500, 10)]
    [InlineData("2.5 %", 1000, 25)]
    [InlineData("0%", 1000, 0)]
    [InlineData("100%", long.MaxValue, long.MaxValue)]
    [InlineData("7", 1000, 7)]
    public void A_share_is_of_something(string text, long whole, long most)
    {
        Assert.True(Limit.TryParse(text, share: true, out var limit));
        Assert.Equal(most, limit.InBytes(whole));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("-2%")]
    [InlineData("2%%")]
    [InlineData("1000001%")]
    public void What_is_no_share_is_refused(string text) => Assert.False(Limit.TryParse(text, share: true, out _));
}
