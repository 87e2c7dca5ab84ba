namespace ImageInsight.Analysis.Findings;

/// <summary>Looks for one kind of waste.</summary>
internal interface IFindingRule
{
    /// <summary>The page docs/findings/ID.md says what it means.</summary>
    string Id { get; }

    /// <summary>It looks at what the others found, too.</summary>
    bool RunsLast => false;

    IEnumerable<Finding> Find(FindingContext image);
}
