using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>What a finding is about stays in the first stage, all of it.</summary>
internal sealed class LeftBehindEdit : IEdit
{
    public bool TryApply(Draft draft, Finding finding)
    {
        if (draft.LeftBehind.IsEmpty || finding.Bodies.Layers.Count == 0)
            return false;
        foreach (var (layer, ordinals) in finding.Bodies.Layers)
        {
            draft.Work.Spend(1 + ordinals.Count);
            if (draft.OfLayerLeftBehind(layer) is not { } left || !ordinals.All(left.Contains))
                return false;
        }

        if (draft.Last.Find("FROM", s => s.Keyword == "FROM") is not { } stage)
            return false;
        draft.Answer(finding, stage);
        return true;
    }
}
