using ImageInsight.Web.Components.Image.Dockerfiles;

namespace ImageInsight.Web.Tests.Display;

public sealed class LineDiffTests
{
    [Theory]
    [InlineData("a b c", "a b c", "a=a b=b c=c")]
    [InlineData("a b c", "a c", "a=a b- c=c")]
    [InlineData("a c", "a b c", "a=a +b c=c")]
    [InlineData("a b c", "a x y c", "a=a b=x +y c=c")]
    [InlineData("", "a", "+a")]
    [InlineData("a", "", "a-")]
    [InlineData("a b c d", "c d a b", "a- b- c=c d=d +a +b")]
    public void Lines_in_common_stand_side_by_side(string old, string now, string rows)
    {
        var (before, after) = (Lines(old), Lines(now));
        Assert.Equal(rows, string.Join(' ', LineDiff.Compare(before, after).Select(r => r switch
        {
            ({ } o, { } n) => $"{before[o]}={after[n]}",
            ({ } o, null) => before[o] + "-",
            (_, { } n) => "+" + after[n],
            _ => "?",
        })));
    }

    [Fact]
    public void Texts_without_end_are_compared_too()
    {
        var old = Enumerable.Range(0, 5000).Select(i => $"old {i}").Append("end").ToList();
        var now = Enumerable.Range(0, 4000).Select(i => $"new {i}").Append("end").ToList();
        var rows = LineDiff.Compare(old, now);
        Assert.Equal((5000, 4000), rows[^1]);
        Assert.Equal(5001, rows.Count);
    }

    private static string[] Lines(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
