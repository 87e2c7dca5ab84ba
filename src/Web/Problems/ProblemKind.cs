namespace ImageInsight.Web.Problems;

/// <summary>A way in which a call can fail: what programs read of it.</summary>
/// <param name="Code">Stable, kebab-case; part of the public API.</param>
internal sealed record ProblemKind(int Status, string Code)
{
    /// <param name="detail">For people: what is wrong, and what to do.</param>
    public ProblemException Because(string detail) => new(this, detail);
}
