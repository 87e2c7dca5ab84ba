using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>
/// The shell reader and what edits do to scripts have no budget at hand: a line has 16 KiB at most. What they allocate
/// tells, and the text is the work that is stated of them.
/// </summary>
public sealed class ShellGrowthTests
{
    [Theory]
    [InlineData("a && ")]
    [InlineData("$(")]
    [InlineData("\"$(a)\" ")]
    [InlineData("( a ; ")]
    [InlineData("A=b ")]
    [InlineData("-a ")]
    [InlineData("'a' ")]
    [InlineData("for a in b; do c; done; ")]
    [InlineData("apt-get update && apt-get install a && ")]
    [InlineData("pip install a ; ")]
    [InlineData("\\a")]
    [InlineData("`a` ")]
    public void A_line_is_read_changed_and_laid_out_in_linear_time(string part) => GrowthCheck.AssertLinear(times =>
    {
        var text = string.Concat(Enumerable.Repeat(part, 8000 * times / part.Length)) + "true";
        return work =>
        {
            work.Spend(text.Length);
            var step = new Step { Keyword = "RUN", Text = text };
            if (step.Script() is { } script)
                step.Text = AptUpdates.Once(script).ToString();
            Options.Insert(step, ["apt-get", "pip"], "install", "--option");
            _ = step.Programs.Count + Layout.Lines(step).Count;
        };
    });
}
