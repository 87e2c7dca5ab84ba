using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>Answers one kind of finding by a change of the very instruction that causes it.</summary>
internal interface IEdit
{
    bool Concerns(Finding finding);

    /// <summary>False, and nothing changed, where the instruction's text does not surely allow it.</summary>
    bool TryApply(Draft draft, Finding finding);
}
