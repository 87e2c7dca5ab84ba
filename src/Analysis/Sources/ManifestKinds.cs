namespace ImageInsight.Analysis.Sources;

/// <summary>
/// Index, manifest, attestation, artifact: told by what a document holds, and refused when it says it is another.
/// </summary>
internal static class ManifestKinds
{
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    private static readonly HashSet<string> Indexes =
        [OciIndex, "application/vnd.docker.distribution.manifest.list.v2+json"];

    private static readonly HashSet<string> Manifests =
        [OciManifest, "application/vnd.docker.distribution.manifest.v2+json"];

    public static IReadOnlyList<string> All { get; } = [.. Indexes, .. Manifests];

    private static readonly string[] ImageConfigs =
    [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"
    ];

    /// <summary>
    /// Also what clients of Docker 1.10 sent for a config, or nothing at all; Docker takes them
    /// (distribution/distribution#1621, moby/moby#30083).
    /// </summary>
    private static readonly HashSet<string> Configs =
        [.. ImageConfigs, "application/octet-stream", "application/json", "text/html", ""];

    /// <summary>
    /// Statements about an image, in the place of layers: in-toto (BuildKit), DSSE and signatures (cosign).
    /// </summary>
    private static readonly string[] Statements =
        ["application/vnd.in-toto", "application/vnd.dsse.envelope", "application/vnd.dev.cosign.simplesigning",
            "application/vnd.dev.sigstore.bundle"];

    public static bool IsIndex(string? mediaType) => Indexes.Contains(mediaType ?? "");

    public static bool IsAttestation(OciDescriptor descriptor) =>
        descriptor.Annotations?.ContainsKey("vnd.docker.reference.type") == true
        || descriptor.Platform is { Os: "unknown", Architecture: "unknown" };

    public static bool IsAttestation(IReadOnlyList<OciDescriptor> layers) =>
        layers.Count > 0
        && layers.All(l => Array.Exists(Statements, s => l.MediaType?.StartsWith(s, StringComparison.Ordinal) == true));

    /// <summary>The digest of the image that an attestation is about, when it says.</summary>
    public static string? ImageOf(OciDescriptor attestation) =>
        attestation.Annotations?.GetValueOrDefault("vnd.docker.reference.type") == "attestation-manifest"
            ? attestation.Annotations.GetValueOrDefault("vnd.docker.reference.digest")
            : null;

    /// <summary>Null for an image.</summary>
    public static string? ArtifactType(OciDocument document)
    {
        // An image may say what it is of, too.
        if (document.Config?.MediaType is { } config && ImageConfigs.Contains(config))
            return null;
        if (document.ArtifactType is { Length: > 0 } type)
            return type;
        if (document.Config is null)
            return "a manifest without config";
        return Configs.Contains(document.Config.MediaType ?? "") ? null : document.Config.MediaType;
    }

    /// <summary>True for an index, false for a manifest.</summary>
    public static bool Check(OciDocument document, OciDescriptor? descriptor, string what)
    {
        var isManifest = document.Layers is not null || document.Config is not null;
        var isEither = isManifest || document.Manifests is not null;
        if (!isEither && (document.SchemaVersion == 1 || document.FsLayers.HasValue))
            throw new ImageException(
                ImageErrors.Unsupported,
                $"{what} is of Docker's schema 1, which has no diffIDs. Pull the image with a current Docker or "
                    + "skopeo and save it again.");
        if ((document.Manifests is not null && isManifest) || (document.FsLayers.HasValue && isEither))
            throw new ImageException(
                ImageErrors.ManifestContradictory,
                $"{what} is two kinds of document at once (CVE-2021-41190); it is refused.");
        foreach (var stated in new[] { document.MediaType, descriptor?.MediaType })
            if (stated is not null
                && (isManifest ? Indexes : document.Manifests is not null ? Manifests : []).Contains(stated))
                throw new ImageException(
                    ImageErrors.ManifestContradictory,
                    $"{what} is called {stated}, but holds {(isManifest ? "layers" : "manifests")} (CVE-2021-41190); "
                        + "it is refused.");
        return !isManifest
            && (document.Manifests is not null || Indexes.Contains(document.MediaType ?? descriptor?.MediaType ?? ""));
    }
}
