using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Rules;

namespace ImageInsight.Reporting.Tests.Rules;

public sealed class RuleTextTests
{
    [Fact]
    public void Every_rule_has_a_title_and_its_sections()
    {
        foreach (var rule in FindingCatalogue.RuleIds)
        {
            var text = RuleText.Find(rule);
            Assert.NotNull(text);
            Assert.NotEmpty(text.Title);
            Assert.Contains("<h2>How to fix it</h2>", text.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<h1>", text.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_list_has_every_rule() => Assert.Equal(
        FindingCatalogue.RuleIds.Order(), RuleText.All.Where(r => r.Title.Length > 0).Select(r => r.Rule).Order());

    [Fact]
    public void Code_can_be_scrolled_by_keyboard_and_is_encoded() => Assert.Contains(
        "<pre tabindex=\"0\"", RuleText.Parse("# A\n\n```\nCOPY <x> /\n```\n").Html, StringComparison.Ordinal);

    [Fact]
    public void Html_in_a_page_is_shown_as_text() =>
        Assert.DoesNotContain("<script", RuleText.Parse("# A\n\n<script>x</script>\n").Html, StringComparison.Ordinal);

    [Fact]
    public void What_is_no_rule_has_no_page() => Assert.Null(RuleText.Find("no-such-rule"));
}
