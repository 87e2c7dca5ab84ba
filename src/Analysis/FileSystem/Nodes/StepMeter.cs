namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>
/// States single steps to the budget in portions: the budget is shared, and each word to it has a price.
/// </summary>
internal sealed class StepMeter(WorkBudget work)
{
    private const int Portion = 1024;

    private int steps;

    public void Count(int count = 1)
    {
        if ((steps += count) >= Portion)
            Settle();
    }

    /// <summary>What is left: where meters are made as often as the input wants.</summary>
    public void Settle()
    {
        work.Spend(steps);
        steps = 0;
    }
}
