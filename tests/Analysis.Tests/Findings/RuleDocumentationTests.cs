using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

public sealed class RuleDocumentationTests
{
    [Fact]
    public void Every_rule_has_a_page_and_every_page_a_rule()
    {
        var pages = Directory.GetFiles(Folder(), "*.md").Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal);
        Assert.Equal(FindingRules.All.Select(r => r.Id).Order(StringComparer.Ordinal), pages);
    }

    [Fact]
    public async Task Every_page_says_what_why_how_and_when_not()
    {
        foreach (var page in Directory.GetFiles(Folder(), "*.md"))
        {
            var lines = await File.ReadAllLinesAsync(page, TestContext.Current.CancellationToken);
            Assert.StartsWith("# ", lines[0], StringComparison.Ordinal);
            Assert.Equal(["## What", "## Why it matters", "## How to fix it", "## When not to"],
                lines.Where(l => l.StartsWith("## ", StringComparison.Ordinal)));
        }
    }

    private static string Folder()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "ImageInsight.sln")))
            at = Path.GetDirectoryName(at) ?? throw new DirectoryNotFoundException(
                "No ImageInsight.sln above the tests.");
        return Path.Combine(at, "docs", "findings");
    }
}
