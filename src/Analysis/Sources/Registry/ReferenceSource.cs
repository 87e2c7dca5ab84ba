using System.Security.Cryptography;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>What a reference leads to: one image or the images of an index. Opening reads manifests only.</summary>
public sealed class ReferenceSource : ILayerSource, IDisposable
{
    private readonly IImageContent content;
    private readonly AnalysisOptions limits;

    /// <summary>What all documents together may take; a call's own token stops its requests.</summary>
    private readonly WorkBudget work;
    private long documents;
    private readonly Dictionary<Digest, byte[]> manifests = [];
    private readonly HashSet<Digest> walked = [];
    private readonly List<ImageCandidate> candidates = [];
    private readonly HashSet<string> artifacts = [];

    /// <summary>The attestation of an image, by the image's manifest.</summary>
    private readonly Dictionary<string, Digest> statements = [];

    private ReferenceSource(IImageContent content, ImageReference reference, AnalysisOptions limits)
    {
        this.content = content;
        this.limits = limits;
        work = new WorkBudget(limits, CancellationToken.None);
        Reference = reference;
    }

    public ImageReference Reference { get; }

    /// <summary>Of what the reference led to: an index or a manifest.</summary>
    public Digest Root { get; private set; }

    /// <summary>In the index's order. Never empty.</summary>
    public IReadOnlyList<ImageCandidate> Candidates => candidates;

    /// <summary>Statements about the images that the index lists beside them.</summary>
    public int Attestations { get; private set; }

    /// <summary>The images that somebody else holds.</summary>
    public static async Task<ReferenceSource> OpenAsync(
        IImageContent content, ImageReference reference, AnalysisOptions limits, CancellationToken cancellationToken)
    {
        var source = new ReferenceSource(content, reference, limits);
        await source.ReadRootAsync(cancellationToken).ConfigureAwait(false);
        return source;
    }

    /// <summary>Asks the mirrors first; the registry's own answer is the one that counts when none has it.</summary>
    public static async Task<ReferenceSource> OpenAsync(
        RegistryHttp http, ImageReference reference, RegistryCredential? credential, AnalysisOptions limits,
        CancellationToken cancellationToken)
    {
        foreach (var endpoint in RegistryEndpoint.ForRegistry(reference.Registry, http.Options))
        {
            var source = new ReferenceSource(
                new RegistrySession(http, endpoint, reference.Repository, credential), reference, limits);
            try
            {
                await source.ReadRootAsync(cancellationToken).ConfigureAwait(false);
                return source;
            }
            catch (ImageException) when (endpoint.IsMirror)
            {
                source.Dispose();
            }
            catch
            {
                source.Dispose();
                throw;
            }
        }

        throw new InvalidOperationException("A registry without an endpoint.");
    }

    public void Dispose() => (content as IDisposable)?.Dispose();

    public Stream OpenLayer(SourceLayer layer, CancellationToken cancellationToken) =>
        content.OpenBlob(layer.Blob!.Value, layer.Size, cancellationToken);

    /// <summary>
    /// Compressed bytes of all layers, and how many there are: what the manifest says before anything is pulled.
    /// </summary>
    public async Task<(long PullBytes, int Layers)> SizeAsync(
        ImageCandidate candidate, CancellationToken cancellationToken)
    {
        var (_, layers) = await ManifestAsync(candidate, cancellationToken).ConfigureAwait(false);
        return (ImageConfigs.StatedBytes(layers), layers.Count);
    }

    /// <summary>The image of one platform, its layers not yet read.</summary>
    public async Task<SourceImage> ReadAsync(ImageCandidate candidate, CancellationToken cancellationToken)
    {
        var (document, layers) = await ManifestAsync(candidate, cancellationToken).ConfigureAwait(false);
        var what = $"manifest {candidate.Manifest}";
        if (!Digest.TryParse(document.Config!.Digest, out var configDigest))
            throw new ImageException(
                ImageErrors.ManifestInvalid, $"The {what} names a config without a sha256 digest.");
        var bytes = await SmallBlobAsync(configDigest, "config", cancellationToken).ConfigureAwait(false);
        var config = Parse<ImageConfig>(bytes, $"The config {configDigest}");
        var diffIds = ImageConfigs.DiffIds(config, layers.Count, what, limits);
        var image = new SourceImage
        {
            Key = candidate.Manifest.ToString(),
            ConfigDigest = configDigest,
            Config = config,
            ConfigBytes = bytes,
            Platform = ImageConfigs.PlatformOf(config, candidate.Descriptor.Platform),
            Tags = Reference.Tag is null ? [] : [Reference.Tagged],
            StatedBases = StatedBase.ReadAll(document, candidate.Descriptor, config),
            Layers = [.. layers.Select((layer, l) => LayerOf(layer, diffIds[l], l))],
        };
        return image.WithProvenance(await ProvenanceAsync(image, cancellationToken).ConfigureAwait(false));
    }

    private async Task<IReadOnlyList<StatedBase>> ProvenanceAsync(
        SourceImage image, CancellationToken cancellationToken)
    {
        if (!statements.TryGetValue(image.Key, out var manifest))
            return [];
        try
        {
            var what = $"The attestation {manifest}";
            var (bytes, _) = await FetchManifestAsync(
                manifest.ToString(), manifest, cancellationToken).ConfigureAwait(false);
            var layers = ImageJson.Items(Parse<OciDocument>(bytes, what).Layers, what);
            return layers.FirstOrDefault(Provenance.IsIn) is { } layer && Digest.TryParse(layer.Digest, out var digest)
                ? Provenance.Read(await SmallBlobAsync(digest, "provenance", cancellationToken).ConfigureAwait(false), [
                    .. image.Layers.Select(l => l.Blob)
                ])
                : [];
        }
        catch (ImageException)
        {
            // A statement that cannot be had says nothing; the image is none the worse.
            return [];
        }
    }

    /// <summary>
    /// For the platform that was asked for; else the service's own, else the only one there is, else an error that
    /// lists them.
    /// </summary>
    public ImageCandidate Choose(Platform? platform)
    {
        if (platform is not null)
            return Platform.Best(candidates, c => c.Platform, platform)
                ?? candidates.FirstOrDefault(c => c.Platform is null)
                ?? throw new ImageException(
                    ImageErrors.PlatformNotFound,
                    $"{Reference.Familiar} has no image for {platform}. It has {PlatformList()}.");
        return Platform.Best(candidates, c => c.Platform, Platform.Own)
            ?? (candidates.Count == 1 ? candidates[0] : null)
            ?? throw new ImageException(
                ImageErrors.PlatformNotFound,
                $"{Reference.Familiar} has no image for {Platform.Own}, but {PlatformList()}. Name one of them.");
    }

    private string PlatformList() =>
        string.Join(", ", candidates.Select(c => c.Platform?.ToString() ?? "one without a platform").Distinct()
            .Take(40));

    private async Task ReadRootAsync(CancellationToken cancellationToken)
    {
        var (bytes, mediaType) = await FetchManifestAsync(
            Reference.TagOrDigest, Reference.Digest, cancellationToken).ConfigureAwait(false);
        Root = Digest.FromHash(SHA256.HashData(bytes));
        await AddAsync(Root, bytes, OciDescriptor.None with { MediaType = mediaType, Digest = Root.ToString() }, 1,
            cancellationToken).ConfigureAwait(false);
        if (candidates.Count == 0)
            throw new ImageException(
                ImageErrors.NotAnImage,
                artifacts.Count > 0
                    ? $"{Reference.Familiar} is no container image, but {string.Join(", ", artifacts.Take(5))}."
                : Attestations > 0
                    ? $"{Reference.Familiar} holds no container image, only {Attestations} attestations or signatures "
                        + "of one."
                : $"{Reference.Familiar} lists no image.");
    }

    private async Task AddAsync(
        Digest digest, byte[] bytes, OciDescriptor descriptor, int depth, CancellationToken cancellationToken)
    {
        var what = $"The manifest {digest}";
        var document = Parse<OciDocument>(bytes, what);
        manifests[digest] = bytes;
        if (!ManifestKinds.Check(document, descriptor, what))
        {
            if (ManifestKinds.IsAttestation(ImageJson.Items(document.Layers, what)))
                Attestations++;
            else if (ManifestKinds.ArtifactType(document) is { } artifact)
                artifacts.Add($"'{artifact}'");
            else
                candidates.Add(await CandidateAsync(
                    digest, descriptor, document, cancellationToken).ConfigureAwait(false));
            return;
        }

        foreach (var child in ImageJson.Items(document.Manifests, what))
            await AddChildAsync(child, depth, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Images of an index are taken by what it says of them; only indexes within it are fetched.</summary>
    private async Task AddChildAsync(OciDescriptor child, int depth, CancellationToken cancellationToken)
    {
        if (ManifestKinds.IsAttestation(child))
        {
            Attestations++;
            if (statements.Count < limits.MaxManifests && Digest.TryParse(child.Digest, out var statement)
                && ManifestKinds.ImageOf(child) is { } image)
                statements[image] = statement;
            return;
        }

        if (!Digest.TryParse(child.Digest, out var digest))
            throw new ImageException(
                ImageErrors.ManifestInvalid, $"The index names '{child.Digest}', which is not a sha256 digest.");
        if (!walked.Add(digest))
            return;
        if (walked.Count > limits.MaxManifests)
            throw Caps.Exceeded(
                $"The index lists more than {limits.MaxManifests} manifests", nameof(limits.MaxManifests));
        // What it says it is of may be said of an image, too: its manifest tells.
        if (child is { Platform: not null, ArtifactType: null or "" } && !ManifestKinds.IsIndex(child.MediaType))
        {
            candidates.Add(new ImageCandidate(
                digest, ImageConfigs.PlatformOf(null, child.Platform))
            { Descriptor = child });
        }
        else
        {
            if (depth >= limits.MaxIndexDepth)
                throw Caps.Exceeded(
                    $"The index nests deeper than {limits.MaxIndexDepth}", nameof(limits.MaxIndexDepth));
            await FetchChildAsync(digest, child, depth, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FetchChildAsync(
        Digest digest, OciDescriptor child, int depth, CancellationToken cancellationToken)
    {
        try
        {
            var (bytes, _) = await FetchManifestAsync(
                digest.ToString(), digest, cancellationToken).ConfigureAwait(false);
            await AddAsync(digest, bytes, child, depth + 1, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageException e) when (child.ArtifactType is { Length: > 0 } && e.Code != ImageErrors.LimitExceeded)
        {
            // What is said to be no image need not be there, nor be read, for the images beside it.
            artifacts.Add($"'{child.ArtifactType}'");
        }
    }

    /// <summary>A manifest alone says no platform; its config does.</summary>
    private async Task<ImageCandidate> CandidateAsync(
        Digest digest, OciDescriptor descriptor, OciDocument document, CancellationToken cancellationToken)
    {
        var platform = ImageConfigs.PlatformOf(null, descriptor.Platform);
        if (platform is null && Digest.TryParse(document.Config?.Digest, out var config))
            platform = ImageConfigs.PlatformOf(
                Parse<ImageConfig>(
                    await SmallBlobAsync(config, "config", cancellationToken).ConfigureAwait(false),
                    $"The config {config}"), null);
        return new ImageCandidate(digest, platform) { Descriptor = descriptor };
    }

    private async Task<(OciDocument Document, IReadOnlyList<OciDescriptor> Layers)> ManifestAsync(
        ImageCandidate candidate, CancellationToken cancellationToken)
    {
        if (!manifests.TryGetValue(candidate.Manifest, out var bytes))
        {
            (bytes, _) = await FetchManifestAsync(
                candidate.Manifest.ToString(), candidate.Manifest, cancellationToken).ConfigureAwait(false);
            ImageConfigs.CheckSize(candidate.Descriptor.Size, bytes.Length, $"The manifest {candidate.Manifest}");
            manifests[candidate.Manifest] = bytes;
        }

        var what = $"The manifest {candidate.Manifest}";
        var document = Parse<OciDocument>(bytes, what);
        if (ManifestKinds.Check(document, candidate.Descriptor, what))
            throw new ImageException(
                ImageErrors.ManifestContradictory, $"{what} is an index, but is listed as an image.");
        if (ManifestKinds.ArtifactType(document) is { } artifact)
            throw new ImageException(ImageErrors.NotAnImage, $"{what} is no container image, but '{artifact}'.");
        return (document, ImageJson.Items(document.Layers, what));
    }

    private async Task<(byte[] Bytes, string? MediaType)> FetchManifestAsync(
        string tagOrDigest, Digest? expected, CancellationToken cancellationToken)
    {
        if (await content.ManifestAsync(
            tagOrDigest, limits.MaxJsonBytes, cancellationToken).ConfigureAwait(false) is not { } answer)
            throw new ImageException(
                ImageErrors.ReferenceNotFound,
                expected is null || expected == Reference.Digest
                    ? $"'{content.Name}' has no {Reference.Familiar}, or hides it from those who may not read it. "
                        + "Check the name and the tag; a private one needs a login."
                    : $"'{content.Name}' lists the manifest {expected} but has not got it.");
        Count(answer.Bytes);
        var actual = Digest.FromHash(SHA256.HashData(answer.Bytes));
        if (expected is not null && actual != expected)
            throw new ImageException(
                ImageErrors.DigestMismatch,
                $"'{content.Name}' gives other content for the manifest {expected}: its sha256 is {actual}.");
        if (expected is null && Digest.TryParse(answer.Digest, out var stated) && stated != actual)
            throw new ImageException(
                ImageErrors.DigestMismatch,
                $"'{content.Name}' says {stated} of the manifest of {Reference.Familiar}, but its sha256 is {actual}.");
        return (answer.Bytes, answer.MediaType);
    }

    private async Task<byte[]> SmallBlobAsync(Digest digest, string what, CancellationToken cancellationToken)
    {
        if (await content.BlobAsync(
            digest, limits.MaxJsonBytes, cancellationToken).ConfigureAwait(false) is not { } bytes)
            throw new ImageException(ImageErrors.BlobMissing, $"'{content.Name}' has not got the {what} {digest}.");
        Count(bytes);
        var actual = Digest.FromHash(SHA256.HashData(bytes));
        return actual == digest
            ? bytes
            : throw new ImageException(
                ImageErrors.DigestMismatch,
                $"'{content.Name}' gives other content for the {what} {digest}: its sha256 is {actual}.");
    }

    private void Count(byte[] document)
    {
        if ((documents += document.Length) > limits.MaxDocumentBytes)
            throw Caps.Exceeded(
                $"The manifests and configs of {Reference.Familiar} have more than {limits.MaxDocumentBytes} bytes",
                nameof(limits.MaxDocumentBytes));
    }

    private T Parse<T>(byte[] json, string what)
        where T : class
        => ImageJson.Parse<T>(json, what, limits, work);

    private static SourceLayer LayerOf(OciDescriptor layer, Digest diffId, int number)
    {
        if (!Digest.TryParse(layer.Digest, out var blob))
            throw new ImageException(
                ImageErrors.ManifestInvalid, $"Layer {number} has no sha256 digest ('{layer.Digest}').");
        // Foreign layers lie at addresses that the manifest names; those are never asked.
        return LayerMedia.IsOpaque(layer.MediaType) || LayerMedia.IsForeign(layer.MediaType)
            ? ImageConfigs.Opaque(diffId, blob, layer, number)
            : ImageConfigs.Opaque(diffId, blob, layer, number) with { IsOpaque = false, KnownAs = blob };
    }
}
