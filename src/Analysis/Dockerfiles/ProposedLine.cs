namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>A line of the proposed Dockerfile.</summary>
/// <param name="Findings">Ids of the findings that it answers, or, of a comment, speaks of.</param>
public sealed record ProposedLine(string Text, IReadOnlyList<string> Findings);
