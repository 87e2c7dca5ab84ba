using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>Answers the findings of one kind of remedy by a change of the very instruction that causes them.</summary>
internal interface IEdit
{
    /// <summary>
    /// False, and nothing changed, where the remedy is another one or the instruction's text does not clearly allow it.
    /// </summary>
    bool TryApply(Draft draft, Finding finding);
}
