namespace ImageInsight.Web.Problems;

/// <summary>
/// What is asked for cannot be done. Rooms derive theirs from it; <see cref="ProblemHandler"/> makes the answer of it,
/// and pages show its message.
/// </summary>
internal class ProblemException(ProblemKind kind, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public ProblemKind Kind { get; } = kind;
}
