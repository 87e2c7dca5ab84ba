using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>An image behind a reference, as the index lists it.</summary>
/// <param name="Platform">Null when the index does not say.</param>
public sealed record ImageCandidate(Digest Manifest, Platform? Platform)
{
    internal OciDescriptor Descriptor { get; init; } = OciDescriptor.None;
}
