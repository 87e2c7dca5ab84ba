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
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("a\u001b[31mb\u0007", "a\\u001b[31mb\\u0007")]
    [InlineData(null, "")]
    public void What_a_spreadsheet_would_run_is_made_text(string? text, string expected) =>
        Assert.Equal(expected, FindingCsv.Text(text));

    [Theory]
    [InlineData("a|b <c> `d`", "a\\|b &lt;c&gt; \\`d\\`")]
    [InlineData("see https://evil.example/x", "see https&#58;//evil.example/x")]
    [InlineData("WWW.evil.example", "WWW&#46;evil.example")]
    [InlineData("mail@evil.example", "mail&#64;evil.example")]
    [InlineData("a\u202eb\u200b", "a\\\\u202eb\\\\u200b")]
    [InlineData("[x](y)", "\\[x\\](y)")]
    public void Markdown_shows_names_as_text(string name, string expected) =>
        Assert.Equal(expected, FindingMarkdown.Escape(name));
}
