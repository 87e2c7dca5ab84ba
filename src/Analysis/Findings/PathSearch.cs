namespace ImageInsight.Analysis.Findings;

/// <summary>How a rule looks for the paths of its <see cref="PathGroup"/>s.</summary>
/// <param name="Smallest">Bytes of one layer below which there is no finding.</param>
internal sealed record PathSearch(string RuleId, long Smallest)
{
    /// <summary>The highest confidence for what the base brought.</summary>
    public Confidence InBase { get; init; } = Confidence.Maybe;

    /// <summary>Nodes that stay although a path means them.</summary>
    public Func<int, bool>? Keeps { get; init; }

    /// <summary>Nodes that, with what is below them, are another rule's.</summary>
    public IEnumerable<int> Excluded { get; init; } = [];

    /// <summary>Nodes that are meant beside those of the paths.</summary>
    public IEnumerable<int> Also { get; init; } = [];

    public Func<EvidenceList, Remedy?>? Remedy { get; init; }
}
