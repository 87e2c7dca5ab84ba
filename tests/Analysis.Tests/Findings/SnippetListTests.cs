using ImageInsight.Analysis.Findings.Stages;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>
/// scripts/prove-snippets.sh builds what scripts/snippets/list has: every snippet of every rule is in it.
/// </summary>
public sealed class SnippetListTests
{
    [Fact]
    public void Every_snippet_that_a_rule_can_give_is_in_the_list_and_no_other()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ImageInsight.sln")))
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("No solution above the tests.");
        var listed = File.ReadAllText(Path.Combine(root, "scripts", "snippets", "list"))
            .Split("\n== ").Select(b => b.TrimStart('=', ' ').Split('\n', 2))
            .Select(b => $"{b[0]}: {b[1][..b[1].IndexOf("\n-- ", StringComparison.Ordinal)]}").ToHashSet();
        var given = SnippetForms.InFolder(Path.Combine(root, "src", "Analysis", "Findings"))
            .Select(f => $"{f.File}: {f.Text}")
            .Concat(StagePlan.Languages.Select(l => $"TwoStages: {l.Name}")).ToHashSet();
        Assert.True(given.Count > 100, $"Only {given.Count} snippets were read from the source.");
        Assert.Empty(given.Except(listed));
        Assert.Empty(listed.Except(given));
    }
}
