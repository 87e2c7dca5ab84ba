using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Bases;

/// <summary>Images that were analysed before.</summary>
public interface IKnownBases
{
    /// <summary>Those whose whole stack is a proper prefix of this one, the longest first.</summary>
    Task<IReadOnlyList<KnownBase>> BelowAsync(IReadOnlyList<Digest> diffIds, CancellationToken cancellationToken);
}
