using ImageInsight.Reporting.Exports;

namespace ImageInsight.Reporting.Tests.Exports;

public sealed class EscapingTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-2", "'-2")]
    [InlineData("\tx", "'\tx")]
    [InlineData("a,\"b\"", "\"a,\"\"b\"\"\"")]
    [InlineData("=a\nb", "\"'=a\nb\"")]
    [InlineData("plain", "plain")]
    [InlineData(null, "")]
    public void What_a_spreadsheet_would_run_is_made_text(string? text, string expected) =>
        Assert.Equal(expected, FindingCsv.Text(text));

    [Fact]
    public void Markdown_shows_names_as_text() =>
        Assert.Equal("a\\|b &lt;c&gt; \\`d\\`", FindingMarkdown.Escape("a|b <c> `d`"));
}
