using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>Looks for one kind of waste.</summary>
internal interface IFindingRule
{
    IEnumerable<Finding> Find(FindingContext image);
}

/// <summary>What rules look at.</summary>
internal sealed record FindingContext(ImageFacts Facts, FileTree Tree)
{
    public string? InstructionOf(int layer) => Facts.Layers[layer].Instruction;
}
