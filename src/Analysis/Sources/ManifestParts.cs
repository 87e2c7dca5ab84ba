using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources;

/// <summary>What a manifest or index names, for those who must hold it before they take it.</summary>
/// <param name="IsImage">A container image, or an index, and not an artifact or a statement about one.</param>
/// <param name="LayerBytes">As the manifest states them; 0 for an index.</param>
/// <param name="Subject">The digest of what it refers to, when it says.</param>
public sealed record ManifestParts(
    string MediaType, bool IsImage, IReadOnlyList<string> Blobs, IReadOnlyList<string> Manifests, long LayerBytes,
    string? Subject)
{
    /// <summary>The types that a manifest or an index may have.</summary>
    public static IReadOnlyList<string> MediaTypes => ManifestKinds.All;

    /// <param name="mediaType">As the sender states it.</param>
    public static ManifestParts Read(byte[] bytes, string? mediaType, AnalysisOptions limits)
    {
        const string what = "The manifest";
        var document = ImageJson.Parse<OciDocument>(
            bytes, what, limits, new WorkBudget(limits, CancellationToken.None));
        var isIndex = ManifestKinds.Check(document, OciDescriptor.None with { MediaType = mediaType }, what);
        if (!isIndex && document.Config is null && document.Layers is null)
            throw new ImageException(ImageErrors.ManifestInvalid, "The manifest has neither layers nor manifests.");
        var manifests = Digests(ImageJson.Items(document.Manifests, what), opaqueToo: true);
        var layers = ImageJson.Items(document.Layers, what);
        var stated = document.MediaType ?? mediaType ?? (isIndex ? ManifestKinds.OciIndex : ManifestKinds.OciManifest);
        return new ManifestParts(
            mediaType ?? stated,
            isIndex || (ManifestKinds.ArtifactType(document) is null && !ManifestKinds.IsAttestation(layers)),
            [.. Digests(document.Config is null ? [] : [document.Config], opaqueToo: true), .. Digests(
                layers, opaqueToo: false)],
            manifests,
            ImageConfigs.StatedBytes(layers),
            document.Subject?.Digest);
    }

    /// <summary>Foreign layers are not pushed.</summary>
    private static List<string> Digests(IEnumerable<OciDescriptor> descriptors, bool opaqueToo) =>
    [
        .. descriptors.Where(d => opaqueToo || !LayerMedia.IsForeign(d.MediaType))
            .Select(d => Digest.TryParse(d.Digest, out var digest)
            ? digest.ToString()
            : throw new ImageException(ImageErrors.ManifestInvalid, $"'{d.Digest}' is not a sha256 digest."))
            .Distinct(),
    ];
}
