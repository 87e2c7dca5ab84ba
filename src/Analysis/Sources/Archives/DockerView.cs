using System.Security.Cryptography;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>The images of an archive by its manifest.json, as `docker save` and those who copy it write it.</summary>
internal sealed class DockerView(ArchiveFiles files, IReadOnlyList<DockerManifest> manifests, AnalysisOptions options)
{
    public FoundImages Read()
    {
        var found = new FoundImages();
        if (manifests.Count > options.MaxManifests)
            throw Caps.Exceeded(
                $"manifest.json lists {manifests.Count} images, more than {options.MaxManifests}",
                nameof(options.MaxManifests));
        for (var i = 0; i < manifests.Count; i++)
        {
            try
            {
                found.Add(ReadImage(manifests[i], i));
            }
            catch (ImageException e)
            {
                found.Add(new SourceImage
                {
                    Key = $"manifest.json#{i}",
                    Platform = null,
                    Tags = TagsOf(
                    manifests[i]),
                    Error = e
                });
            }
        }

        return found;
    }

    /// <summary>Tags by the hex of the config's digest: an index knows a tag's last part only.</summary>
    public Dictionary<string, IReadOnlyList<string>> Tags()
    {
        var named = manifests.Where(m => m.Config is not null).Take(options.MaxManifests)
            .Select(m => (m.Config, Tags: TagsOf(m)))
            .Where(m => m.Tags.Count > 0 && files.TryFind(m.Config!, out _, out var size)
                && size <= options.MaxJsonBytes);
        return named
            .GroupBy(m => Convert.ToHexStringLower(SHA256.HashData(files.Read(m.Config!, "the config"))), m => m.Tags)
            .ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.SelectMany(t => t).Distinct()]);
    }

    private SourceImage ReadImage(DockerManifest manifest, int number)
    {
        if (manifest.Config is null)
            throw new ImageException(ImageErrors.ManifestInvalid, $"Image {number} of manifest.json names no Config.");
        var bytes = files.Read(manifest.Config, "the config");
        var config = files.Parse<ImageConfig>(bytes, $"The config '{manifest.Config}'");
        var layers = ImageJson.Items(manifest.Layers, "manifest.json");
        var diffIds = ImageConfigs.DiffIds(config, layers.Count, "manifest.json", options);
        var digest = Digest.FromHash(SHA256.HashData(bytes));
        return new SourceImage
        {
            Key = digest.ToString(),
            ConfigDigest = digest,
            Config = config,
            ConfigBytes = bytes,
            Platform = ImageConfigs.PlatformOf(config, null),
            Tags = TagsOf(manifest),
            StatedBases = StatedBase.ReadAll(manifest: null, listed: null, config),
            Layers = [.. layers.Select((name, l) => Locate(name, diffIds[l], l, manifest.LayerSources))],
        };
    }

    private static List<string> TagsOf(DockerManifest manifest) =>
        [.. (manifest.RepoTags ?? []).Where(t => !string.IsNullOrEmpty(t)).Distinct()];

    private SourceLayer Locate(
        string name, Digest diffId, int number, IReadOnlyDictionary<string, OciDescriptor>? sources)
    {
        if (files.TryFind(name, out var offset, out var size))
            return new SourceLayer(diffId, null, null, offset, size);
        // Docker leaves layers out that may not be passed on, and says where they would come from.
        if (sources?.GetValueOrDefault(diffId.ToString()) is { } source && LayerMedia.IsForeign(source.MediaType)
            && Digest.TryParse(source.Digest, out var blob))
            return ImageConfigs.Opaque(diffId, blob, source, number);
        throw new ImageException(
            ImageErrors.BlobMissing,
            $"Layer {number} ('{name}') is listed in manifest.json but is not in the archive.");
    }
}
