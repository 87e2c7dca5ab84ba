using System.Security.Cryptography;
using ImageInsight.Analysis.References;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>Finds the images of an archive: by its OCI index, or by manifest.json when that shows none.</summary>
internal sealed class ArchiveCatalog(SafeFileHandle file, ArchiveIndex index, AnalysisOptions options)
{
    private readonly List<ArchiveImage> images = [];
    private readonly List<ImageException> absent = [];
    private readonly List<string> artifacts = [];
    private readonly HashSet<string> seen = [];
    private int manifests;

    public int Attestations { get; private set; }

    public IReadOnlyList<ArchiveImage> Read()
    {
        var docker = ReadDockerManifests();
        if (index.TryFind("index.json", out _, out _) && index.TryFind("oci-layout", out _, out _))
            ReadLayout(docker);
        if (images.Count == 0)
            ReadDocker(docker);
        if (images.Count > 0)
            return images;
        if (absent.Count > 0)
            throw absent[0];
        if (artifacts.Count > 0)
            throw new ImageException(
                ImageErrors.NotAnImage, $"The archive holds no container image, only {string.Join(", ", artifacts.Distinct().Take(5))}.");
        throw NoImage(docker);
    }

    private ImageException NoImage(IReadOnlyList<DockerManifest>? docker)
    {
        if (docker is { Count: 0 })
            return new ImageException(ImageErrors.NotAnImage, "The archive's manifest.json lists no image.");
        if (index.TryFind("repositories", out _, out _))
            return new ImageException(
                ImageErrors.Unsupported, "The archive is of Docker before 1.10 (it has no manifest.json). Load it into a current Docker and save it again.");
        return new ImageException(
            ImageErrors.NotAnImage,
            "The tar is not a container image: it has neither manifest.json (docker save) nor oci-layout with index.json (OCI layout).");
    }

    private IReadOnlyList<DockerManifest>? ReadDockerManifests() =>
        index.TryFind("manifest.json", out var offset, out var size)
            ? ArchiveJson.Items(
                ArchiveJson.Parse<List<DockerManifest>>(ReadSmall("manifest.json", offset, size), "manifest.json", options), "manifest.json")
            : null;

    private void ReadDocker(IReadOnlyList<DockerManifest>? docker)
    {
        for (var i = 0; i < (docker?.Count ?? 0); i++)
        {
            var manifest = docker![i];
            var tags = (manifest.RepoTags ?? []).Where(t => !string.IsNullOrEmpty(t)).ToList();
            try
            {
                if (manifest.Config is null)
                    throw new ImageException(ImageErrors.ManifestInvalid, $"Image {i} of manifest.json names no Config.");
                var bytes = ReadFile(manifest.Config, "the config");
                var config = ArchiveJson.Parse<ImageConfig>(bytes, $"The config '{manifest.Config}'", options);
                var diffIds = DiffIds(config);
                var names = ArchiveJson.Items(manifest.Layers, "manifest.json");
                CheckCounts(names.Count, diffIds.Count, "manifest.json");
                Add(new ArchiveImage
                {
                    Key = Digest.FromHash(SHA256.HashData(bytes)).ToString(),
                    ConfigDigest = Digest.FromHash(SHA256.HashData(bytes)),
                    Config = config,
                    Platform = PlatformOf(config, null),
                    Tags = tags,
                    Layers = [.. names.Select((name, l) => Locate(name, diffIds[l], l, manifest.LayerSources))],
                });
            }
            catch (ImageException e)
            {
                Add(new ArchiveImage { Key = $"manifest.json#{i}", Platform = null, Tags = tags, Error = e });
            }
        }
    }

    private ArchiveLayer Locate(string name, Digest diffId, int number, IReadOnlyDictionary<string, OciDescriptor>? sources)
    {
        if (index.TryFind(name, out var offset, out var size))
            return new ArchiveLayer(diffId, null, null, offset, size);
        // Docker leaves layers out that may not be passed on, and says where they would come from.
        if (sources?.GetValueOrDefault(diffId.ToString()) is { } source && LayerMedia.IsForeign(source.MediaType)
            && Digest.TryParse(source.Digest, out var blob))
            return Opaque(diffId, blob, source, number);
        throw new ImageException(
            ImageErrors.BlobMissing, $"Layer {number} ('{name}') is listed in manifest.json but is not in the archive.");
    }

    private static ArchiveLayer Opaque(Digest diffId, Digest blob, OciDescriptor layer, int number) =>
        layer.Size >= 0
            ? new ArchiveLayer(diffId, blob, layer.MediaType, -1, layer.Size) { IsOpaque = true }
            : throw new ImageException(ImageErrors.ManifestInvalid, $"Layer {number} ({blob}) has a size below zero.");

    private void ReadLayout(IReadOnlyList<DockerManifest>? docker)
    {
        var layout = ArchiveJson.Parse<OciLayout>(ReadFile("oci-layout", "oci-layout"), "oci-layout", options);
        if (layout.ImageLayoutVersion != "1.0.0")
            throw new ImageException(
                ImageErrors.Unsupported, $"The OCI layout has version '{layout.ImageLayoutVersion}'; only 1.0.0 exists.");
        var root = ArchiveJson.Parse<OciDocument>(ReadFile("index.json", "index.json"), "index.json", options);
        var dockerTags = DockerTags(docker);
        foreach (var descriptor in ArchiveJson.Items(root.Manifests, "index.json"))
            ReadDescriptor(descriptor, NamesOf(descriptor), depth: 1, dockerTags);
    }

    private void ReadDescriptor(
        OciDescriptor descriptor, IReadOnlyList<string> names, int depth, Dictionary<string, List<string>> dockerTags)
    {
        if (descriptor.Annotations?.ContainsKey("vnd.docker.reference.type") == true
            || descriptor.Platform is { Os: "unknown", Architecture: "unknown" })
        {
            Attestations++;
            return;
        }

        if (depth > options.MaxIndexDepth)
            throw Caps.Exceeded($"The archive's index nests deeper than {options.MaxIndexDepth}", nameof(options.MaxIndexDepth));
        if (++manifests > options.MaxManifests)
            throw Caps.Exceeded($"The archive's index lists more than {options.MaxManifests} manifests", nameof(options.MaxManifests));
        if (!Digest.TryParse(descriptor.Digest, out var digest))
            throw new ImageException(ImageErrors.ManifestInvalid, $"The index names '{descriptor.Digest}', which is not a sha256 digest.");
        if (!index.TryFind(BlobName(digest), out var offset, out var size))
        {
            // Docker 29 lists the platforms that it did not save.
            absent.Add(Missing($"The manifest {digest}"));
            return;
        }

        if (!seen.Add(digest.ToString()))
        {
            AddTags(digest.ToString(), names);
            return;
        }

        var document = ArchiveJson.Parse<OciDocument>(ReadBlob(digest, offset, size, "The manifest"), $"The manifest {digest}", options);
        if (document is { Manifests: not null, Layers: not null })
            throw new ImageException(
                ImageErrors.ManifestContradictory, $"The document {digest} has both manifests and layers (CVE-2021-41190); it is refused.");
        if (document.Manifests is { } nested)
        {
            foreach (var child in ArchiveJson.Items(nested, $"The index {digest}"))
                ReadDescriptor(child, NamesOf(child) is { Count: > 0 } own ? own : names, depth + 1, dockerTags);
            return;
        }

        ReadManifest(digest, document, descriptor, names, dockerTags);
    }

    private void ReadManifest(
        Digest digest, OciDocument document, OciDescriptor descriptor, IReadOnlyList<string> names,
        Dictionary<string, List<string>> dockerTags)
    {
        if (document.ArtifactType is { } artifact || !IsImageConfig(document.Config?.MediaType))
        {
            artifacts.Add($"'{document.ArtifactType ?? document.Config?.MediaType ?? "a manifest without config"}'");
            return;
        }

        try
        {
            if (!Digest.TryParse(document.Config!.Digest, out var configDigest))
                throw new ImageException(ImageErrors.ManifestInvalid, $"The manifest {digest} names a config without a sha256 digest.");
            if (!index.TryFind(BlobName(configDigest), out var offset, out var size))
                throw Missing($"The config {configDigest}");
            var config = ArchiveJson.Parse<ImageConfig>(
                ReadBlob(configDigest, offset, size, "The config"), $"The config {configDigest}", options);
            var diffIds = DiffIds(config);
            var layers = ArchiveJson.Items(document.Layers, $"The manifest {digest}");
            CheckCounts(layers.Count, diffIds.Count, $"manifest {digest}");
            Add(new ArchiveImage
            {
                Key = digest.ToString(),
                ConfigDigest = configDigest,
                Config = config,
                Platform = PlatformOf(config, descriptor.Platform),
                Tags = dockerTags.GetValueOrDefault(configDigest.Hex) ?? names.ToList(),
                Layers = [.. layers.Select((layer, l) => Locate(layer, diffIds[l], l))],
            });
        }
        catch (ImageException e) when (e.Code == ImageErrors.BlobMissing)
        {
            absent.Add(e);
        }
        catch (ImageException e)
        {
            Add(new ArchiveImage
            {
                Key = digest.ToString(),
                Platform = PlatformOf(null, descriptor.Platform),
                Tags = [.. names],
                Error = e,
            });
        }
    }

    private ArchiveLayer Locate(OciDescriptor layer, Digest diffId, int number)
    {
        if (!Digest.TryParse(layer.Digest, out var blob))
            throw new ImageException(ImageErrors.ManifestInvalid, $"Layer {number} has no sha256 digest ('{layer.Digest}').");
        if (LayerMedia.IsOpaque(layer.MediaType))
            return Opaque(diffId, blob, layer, number);
        if (!index.TryFind(BlobName(blob), out var offset, out var size))
            return LayerMedia.IsForeign(layer.MediaType) ? Opaque(diffId, blob, layer, number) : throw Missing($"Layer {number} ({blob})");
        if (layer.Size != size)
            throw new ImageException(
                ImageErrors.ManifestContradictory, $"Layer {number} ({blob}) has {size} bytes in the archive, its manifest says {layer.Size}.");
        return new ArchiveLayer(diffId, blob, layer.MediaType, offset, size);
    }

    private void Add(ArchiveImage image)
    {
        // The same image listed twice is one image with the tags of both.
        if (images.Exists(i => i.Key == image.Key))
            AddTags(image.Key, image.Tags);
        else
            images.Add(image);
    }

    private void AddTags(string key, IReadOnlyList<string> names)
    {
        var at = images.FindIndex(i => i.Key == key);
        if (at < 0)
            return;
        var old = images[at];
        images[at] = new ArchiveImage
        {
            Key = old.Key,
            ConfigDigest = old.ConfigDigest,
            Config = old.Config,
            Platform = old.Platform,
            Tags = [.. old.Tags.Union(names)],
            Error = old.Error,
            Layers = old.Layers,
        };
    }

    private List<Digest> DiffIds(ImageConfig config)
    {
        if (config.RootFs?.DiffIds is not { } diffIds)
            throw new ImageException(ImageErrors.ManifestInvalid, "The image's config has no rootfs.diff_ids.");
        if (diffIds.Count > options.MaxLayers)
            throw Caps.Exceeded($"The image has {diffIds.Count} layers, more than {options.MaxLayers}", nameof(options.MaxLayers));
        return [.. diffIds.Select(d => Digest.TryParse(d, out var digest)
            ? digest
            : throw new ImageException(ImageErrors.ManifestInvalid, $"The config's diffID '{d}' is not a sha256 digest."))];
    }

    private static void CheckCounts(int layers, int diffIds, string where)
    {
        if (layers != diffIds)
            throw new ImageException(
                ImageErrors.ManifestContradictory, $"The {where} lists {layers} layers, but the image's config has {diffIds} diffIDs.");
    }

    private static Platform? PlatformOf(ImageConfig? config, OciPlatform? stated)
    {
        // The config is what runs; the index only repeats it, but knows the variant where old configs do not.
        var os = NullIfEmpty(config?.Os) ?? NullIfEmpty(stated?.Os);
        var architecture = NullIfEmpty(config?.Architecture) ?? NullIfEmpty(stated?.Architecture);
        if (os is null && architecture is null)
            return null;
        return new Platform(os ?? "linux", architecture ?? "unknown", NullIfEmpty(config?.Variant) ?? NullIfEmpty(stated?.Variant));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static List<string> NamesOf(OciDescriptor descriptor)
    {
        var annotations = descriptor.Annotations;
        var name = annotations?.GetValueOrDefault("io.containerd.image.name")
            ?? annotations?.GetValueOrDefault("org.opencontainers.image.ref.name");
        return string.IsNullOrEmpty(name) ? [] : [name];
    }

    private Dictionary<string, List<string>> DockerTags(IReadOnlyList<DockerManifest>? docker)
    {
        var tags = new Dictionary<string, List<string>>();
        foreach (var manifest in docker ?? [])
            if (manifest is { Config: { } config, RepoTags: { Count: > 0 } repoTags }
                && index.TryFind(config, out var offset, out var size) && size <= options.MaxJsonBytes)
                tags[Convert.ToHexStringLower(SHA256.HashData(ReadSmall(config, offset, size)))] =
                    [.. repoTags.Where(t => !string.IsNullOrEmpty(t))];
        return tags;
    }

    private static bool IsImageConfig(string? mediaType) => mediaType
        is "application/vnd.oci.image.config.v1+json" or "application/vnd.docker.container.image.v1+json";

    private static string BlobName(Digest digest) => "blobs/sha256/" + digest.Hex;

    private static ImageException Missing(string what) =>
        new(ImageErrors.BlobMissing, $"{what} is not in this archive. Save the image with all its blobs (one platform is enough).");

    private byte[] ReadFile(string name, string what) =>
        index.TryFind(name, out var offset, out var size)
            ? ReadSmall(name, offset, size)
            : throw new ImageException(ImageErrors.BlobMissing, $"The archive names '{name}' as {what}, but has no such file.");

    private byte[] ReadBlob(Digest digest, long offset, long size, string what)
    {
        var bytes = ReadSmall(digest.ToString(), offset, size);
        var actual = Digest.FromHash(SHA256.HashData(bytes));
        return actual == digest
            ? bytes
            : throw new ImageException(ImageErrors.DigestMismatch, $"{what} {digest} has other content: its sha256 is {actual}.");
    }

    private byte[] ReadSmall(string name, long offset, long size)
    {
        if (size > options.MaxJsonBytes)
            throw Caps.Exceeded($"'{name}' has {size} bytes, more than {options.MaxJsonBytes}", nameof(options.MaxJsonBytes));
        var bytes = new byte[size];
        using var slice = new FileSlice(file, offset, size);
        slice.ReadExactly(bytes);
        return bytes;
    }
}
