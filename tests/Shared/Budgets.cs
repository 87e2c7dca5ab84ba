using ImageInsight.Analysis;

namespace ImageInsight.Tests;

internal static class Budgets
{
    /// <summary>A fresh one with the caps as they are by default.</summary>
    public static WorkBudget Default => new(new AnalysisOptions(), CancellationToken.None);
}
