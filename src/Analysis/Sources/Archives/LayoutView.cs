using System.Security.Cryptography;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>The images of an archive by OCI descriptors: from an index down through indexes to manifests.</summary>
/// <param name="dockerTags">Full names by the hex of a config's digest, where manifest.json has them.</param>
internal sealed class LayoutView(
    ArchiveFiles files, IReadOnlyDictionary<string, IReadOnlyList<string>> dockerTags, AnalysisOptions options)
{
    private readonly FoundImages found = new();

    /// <summary>Indexes are walked again when they are listed again, for the tags; manifests are read once.</summary>
    private readonly Dictionary<Digest, IReadOnlyList<OciDescriptor>> indexes = [];
    private readonly HashSet<Digest> manifests = [];

    /// <summary>Manifests whose names are those of manifest.json.</summary>
    private readonly HashSet<Digest> named = [];

    /// <summary>Read last: what they say is worth less than any image.</summary>
    private readonly List<(string Image, Digest Manifest)> statements = [];
    private int visited;

    /// <param name="root">index.json.</param>
    public FoundImages ReadIndex(byte[] root)
    {
        try
        {
            if (files.TryRead("oci-layout") is { } marker)
                CheckVersion(files.Parse<OciLayout>(marker, "oci-layout"));
            var document = files.Parse<OciDocument>(root, "index.json");
            ManifestKinds.Check(document, descriptor: null, "index.json");
            ReadAll(ImageJson.Items(document.Manifests, "index.json"), [], depth: 1);
            ReadStatements();
        }
        catch (ImageException e) when (visited <= options.MaxManifests)
        {
            found.Failure = e;
        }

        return found;
    }

    /// <param name="root">The manifest.json of a <c>dir:</c>: a manifest or an index itself.</param>
    public FoundImages ReadDirectory(byte[] root)
    {
        var digest = Digest.FromHash(SHA256.HashData(root));
        try
        {
            Read(digest, files.Parse<OciDocument>(
                root, "manifest.json"), OciDescriptor.None, [], depth: 1);
        }
        catch (ImageException e) when (visited <= options.MaxManifests)
        {
            found.Failure = e;
        }

        return found;
    }

    private static void CheckVersion(OciLayout layout)
    {
        if (layout.ImageLayoutVersion != "1.0.0")
            throw new ImageException(
                ImageErrors.Unsupported,
                $"The OCI layout has version '{layout.ImageLayoutVersion}'; only 1.0.0 exists.");
    }

    private void ReadAll(IReadOnlyList<OciDescriptor> descriptors, IReadOnlyList<string> inherited, int depth)
    {
        for (var i = 0; i < descriptors.Count; i++)
        {
            var descriptor = descriptors[i];
            if (ManifestKinds.IsAttestation(descriptor))
            {
                found.AddAttestation(descriptor.Digest);
                if (statements.Count < options.MaxManifests && Digest.TryParse(descriptor.Digest, out var statement)
                    && ManifestKinds.ImageOf(descriptor) is { } image)
                    statements.Add((image, statement));
                continue;
            }

            if (++visited > options.MaxManifests)
                throw Caps.Exceeded(
                    $"The archive's index lists more than {options.MaxManifests} manifests",
                    nameof(options.MaxManifests));
            var names = NamesOf(descriptor) is { Count: > 0 } own ? own : inherited;
            try
            {
                Read(descriptor, names, depth);
            }
            catch (ImageException e) when (e.Code == ImageErrors.BlobMissing)
            {
                // Docker 29 lists the platforms that it did not save.
                found.Absent.Add(e);
            }
            catch (ImageException e) when (visited <= options.MaxManifests)
            {
                // One that is broken is no reason to refuse the others.
                found.Add(new SourceImage
                {
                    Key = Digest.TryParse(descriptor.Digest, out var digest) ? digest.ToString()
                        : $"index.json#{depth}.{i}",
                    Platform = ImageConfigs.PlatformOf(null, descriptor.Platform),
                    Tags = names,
                    Error = e,
                });
            }
        }
    }

    private void Read(OciDescriptor descriptor, IReadOnlyList<string> names, int depth)
    {
        if (depth > options.MaxIndexDepth)
            throw Caps.Exceeded(
                $"The archive's index nests deeper than {options.MaxIndexDepth}", nameof(options.MaxIndexDepth));
        if (!Digest.TryParse(descriptor.Digest, out var digest))
            throw new ImageException(
                ImageErrors.ManifestInvalid, $"The index names '{descriptor.Digest}', which is not a sha256 digest.");
        if (indexes.TryGetValue(digest, out var children))
            ReadAll(children, names, depth + 1);
        else if (!manifests.Add(digest))
        {
            // Docker lists a manifest once a name, each in full; manifest.json has them all as they were given.
            if (!named.Contains(digest))
                found.AddTags(digest.ToString(), names);
        }
        else
        {
            var bytes = files.TryReadBlob(digest, descriptor.Size, "The manifest") ?? throw ArchiveFiles.Missing(
                $"The manifest {digest}");
            Read(digest, files.Parse<OciDocument>(
                bytes, $"The manifest {digest}"), descriptor, names, depth);
        }
    }

    private void Read(
        Digest digest, OciDocument document, OciDescriptor descriptor, IReadOnlyList<string> names, int depth)
    {
        var what = $"The manifest {digest}";
        if (ManifestKinds.Check(document, descriptor, what))
        {
            var children = ImageJson.Items(document.Manifests, what);
            indexes.Add(digest, children);
            ReadAll(children, names, depth + 1);
            return;
        }

        var layers = ImageJson.Items(document.Layers, what);
        if (ManifestKinds.IsAttestation(layers))
            found.AddAttestation(digest.ToString());
        else if (ManifestKinds.ArtifactType(document) is { } artifact)
            found.Artifacts.Add($"'{artifact}'");
        else
            found.Add(ReadImage(digest, document, layers, descriptor, names));
    }

    private SourceImage ReadImage(
        Digest digest, OciDocument document, IReadOnlyList<OciDescriptor> layers, OciDescriptor descriptor,
        IReadOnlyList<string> names)
    {
        var stated = document.Config!;
        if (!Digest.TryParse(stated.Digest, out var configDigest))
            throw new ImageException(
                ImageErrors.ManifestInvalid, $"The manifest {digest} names a config without a sha256 digest.");
        var bytes = files.TryReadBlob(configDigest, stated.Size, "The config") ?? throw ArchiveFiles.Missing(
            $"The config {configDigest}");
        var config = files.Parse<ImageConfig>(bytes, $"The config {configDigest}");
        var diffIds = ImageConfigs.DiffIds(config, layers.Count, $"manifest {digest}", options);
        var given = dockerTags.GetValueOrDefault(configDigest.Hex);
        if (given is not null)
            named.Add(digest);
        return new SourceImage
        {
            Key = digest.ToString(),
            ConfigDigest = configDigest,
            Config = config,
            ConfigBytes = bytes,
            Platform = ImageConfigs.PlatformOf(config, descriptor.Platform),
            Tags = given ?? names,
            StatedBases = StatedBase.ReadAll(document, descriptor, config),
            Layers = [.. layers.Select((layer, l) => Locate(layer, diffIds[l], l))],
        };
    }

    private void ReadStatements()
    {
        foreach (var (image, manifest) in statements)
            found.AddProvenance(image, i => ReadProvenance(manifest, [.. i.Layers.Select(l => l.Blob)]));
    }

    private IReadOnlyList<StatedBase> ReadProvenance(Digest manifest, IReadOnlyList<Digest?> blobs)
    {
        var what = $"The attestation {manifest}";
        try
        {
            if (files.TryReadBlob(manifest, null, what) is not { } bytes)
                return [];
            var layers = ImageJson.Items(files.Parse<OciDocument>(bytes, what).Layers, what);
            return layers.FirstOrDefault(Provenance.IsIn) is { } layer && Digest.TryParse(layer.Digest, out var digest)
                && files.TryReadBlob(digest, layer.Size, "The provenance") is { } statement
                ? Provenance.Read(statement, blobs)
                : [];
        }
        catch (ImageException)
        {
            // A statement that cannot be read says nothing; the image is none the worse.
            return [];
        }
    }

    private SourceLayer Locate(OciDescriptor layer, Digest diffId, int number)
    {
        if (!Digest.TryParse(layer.Digest, out var blob))
            throw new ImageException(
                ImageErrors.ManifestInvalid, $"Layer {number} has no sha256 digest ('{layer.Digest}').");
        if (LayerMedia.IsOpaque(layer.MediaType))
            return ImageConfigs.Opaque(diffId, blob, layer, number);
        if (!files.TryFindBlob(blob, out var offset, out var size))
            return LayerMedia.IsForeign(layer.MediaType)
                ? ImageConfigs.Opaque(diffId, blob, layer, number)
                : throw ArchiveFiles.Missing($"Layer {number} ({blob})");
        ImageConfigs.CheckSize(layer.Size, size, $"Layer {number} ({blob})");
        return new SourceLayer(diffId, blob, layer.MediaType, offset, size);
    }

    /// <summary>containerd writes both, the one a whole reference and the other its tag.</summary>
    private static List<string> NamesOf(OciDescriptor descriptor)
    {
        var name = descriptor.Annotations?.GetValueOrDefault("io.containerd.image.name") is { Length: > 0 } whole
            ? whole
            : descriptor.Annotations?.GetValueOrDefault("org.opencontainers.image.ref.name");
        return string.IsNullOrEmpty(name) ? [] : [name];
    }
}
