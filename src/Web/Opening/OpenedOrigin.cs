using ImageInsight.Analysis;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources;

namespace ImageInsight.Web.Opening;

/// <summary>The images of an origin, the one to try first in front.</summary>
/// <param name="Known">Layers that need not be read; null where every byte is read.</param>
internal sealed record OpenedOrigin(
    ILayerSource Layers, IReadOnlyList<OpenedImage> Images, IKnownLayers? Known, IDisposable Handle) : IDisposable
{
    public void Dispose() => Handle.Dispose();
}

/// <param name="Key">The same on every opening.</param>
/// <param name="ListedIn">Digest of the index that lists it, where there is one.</param>
/// <param name="Read">Its manifest and config, but no layer.</param>
internal sealed record OpenedImage(
    string Key, Platform? Platform, IReadOnlyList<string> Tags, ImageException? Error,
    Func<CancellationToken, Task<SourceImage>> Read, string? ListedIn = null);
