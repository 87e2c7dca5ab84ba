using System.Text.Json.Serialization;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Web.Api.Answers;

/// <param name="Items">Path, bytes, the layer that carries them and the one that hid them.</param>
/// <param name="After">Pass as <c>after</c> for the next page; null at the end.</param>
/// <param name="Total">Paths of the finding.</param>
public sealed record EvidencePage(IReadOnlyList<Evidence> Items, string? After, int Total);

/// <param name="Findings">Ids from the list of findings; bytes that several of them share are subtracted once.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SimulateRequest(IReadOnlyList<string>? Findings);

/// <summary>Sizes that the image and its layers would have.</summary>
public sealed record SimulateAnswer(long DiskBytes, long PullBytes, IReadOnlyList<SimulatedLayer> Layers);
