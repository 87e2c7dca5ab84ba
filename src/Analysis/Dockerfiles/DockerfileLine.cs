namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>A line of the reconstructed Dockerfile.</summary>
/// <param name="Number">From 1.</param>
/// <param name="HistoryIndex">The line of the history that it stands for; null for what only explains.</param>
/// <param name="Layer">The layer that the instruction made; of FROM the base's highest. Null for none.</param>
/// <param name="DiskBytes">Of that layer (of all the base's), on the first line of the instruction only, so that they
/// can be added up.</param>
/// <param name="Findings">Ids of the findings that this instruction causes, on its first line; most bytes
/// first.</param>
public sealed record DockerfileLine(
    int Number, string Text, int? HistoryIndex, int? Layer, long? DiskBytes, IReadOnlyList<string> Findings);
