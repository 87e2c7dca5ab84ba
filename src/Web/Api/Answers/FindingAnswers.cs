using ImageInsight.Analysis.Findings;

namespace ImageInsight.Web.Api.Answers;

/// <param name="Findings">Ids from the list of findings; together they go once, however much they share.</param>
public sealed record SimulateRequest(IReadOnlyList<string>? Findings);

/// <summary>Sizes that the image and its layers would have.</summary>
public sealed record SimulateAnswer(long DiskBytes, long PullBytes, IReadOnlyList<SimulatedLayer> Layers);
