using System.Text.Json.Serialization;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Web.Api.Answers;

/// <param name="Findings">Ids from the list of findings; bytes that several of them share are subtracted once.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SimulateRequest(IReadOnlyList<string>? Findings);

/// <summary>Sizes that the image and its layers would have.</summary>
public sealed record SimulateAnswer(long DiskBytes, long PullBytes, IReadOnlyList<SimulatedLayer> Layers);
