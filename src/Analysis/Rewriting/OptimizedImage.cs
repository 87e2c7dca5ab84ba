using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>
/// Writes the same image without some of its bytes: layers, history and config stay, the final file system is the same
/// to the byte but for what was asked to go. As a docker-archive that is an OCI layout too, like Docker since 25.
/// </summary>
public sealed class OptimizedImage
{
    private readonly ILayerSource source;
    private readonly SourceImage image;
    private readonly FileTree tree;
    private readonly AnalysisOptions options;
    private readonly IReadOnlyList<LayerEdit> edits;

    /// <param name="tree">Of the analysis of this very image.</param>
    /// <param name="unwanted">Visible bodies that shall go as well, with all of their names.</param>
    /// <exception cref="ImageException">The content of a layer is not known, or what is unwanted cannot be taken out
    /// alone.</exception>
    public OptimizedImage(
        ILayerSource source, SourceImage image, FileTree tree, IEnumerable<BodySet> unwanted, AnalysisOptions options,
        CancellationToken cancellationToken)
    {
        if (tree.Layers.Count != image.Layers.Count
            || tree.Layers.Where((l, i) => l.Layer.DiffId != image.Layers[i].DiffId).Any())
            throw new ArgumentException("The tree is another image's.", nameof(tree));
        if (image.Layers.FirstOrDefault(l => l.IsOpaque) is { } opaque)
            throw new ImageException(
                ImageErrors.Unsupported,
                $"The layer {opaque.DiffId} cannot be read, so the image cannot be written anew.");
        (this.source, this.image, this.tree, this.options) = (source, image, tree, options);
        edits = [.. tree.Layers.Select(_ => new LayerEdit())];
        // A wasted body becomes an empty file at the same path, covered as the body was: no directory that only its
        // path implies,
        // no whiteout and no link loses its sense.
        foreach (ref readonly var inode in tree.Inodes)
            if (inode.HiddenBy >= 0 && tree.SizeOf(inode) > 0)
                edits[inode.Layer].Emptied.Add(inode.Ordinal);
        Removal.Add(tree, VisibleInodes(tree, unwanted), edits, options, cancellationToken);
    }

    /// <summary>
    /// Held while a layer is read and hashed ahead, and not while somebody takes its bytes, who may be slow.
    /// </summary>
    public SemaphoreSlim? Gate { get; init; }

    /// <summary>How many bytes of the final file system go with these.</summary>
    public static long VisibleBytes(FileTree tree, IEnumerable<BodySet> unwanted) =>
        VisibleInodes(tree, unwanted).Sum(i => tree.SizeOf(tree.Inodes[i]));

    /// <summary>The paths that go with these, all names of each file.</summary>
    public static IReadOnlyList<string> VisiblePaths(FileTree tree, IEnumerable<BodySet> unwanted)
    {
        var inodes = VisibleInodes(tree, unwanted).ToHashSet();
        var paths = new List<string>();
        for (var i = 0; inodes.Count > 0 && i < tree.Nodes.Length; i++)
            if (tree.Nodes[i].Visible && inodes.Contains(tree.Nodes[i].Inode))
                paths.Add(tree.PathOf(i));
        return paths;
    }

    private static List<int> VisibleInodes(FileTree tree, IEnumerable<BodySet> unwanted)
    {
        var wanted = unwanted.SelectMany(u => u.Layers).SelectMany(l => l.Ordinals.Select(o => (l.Layer, o)))
            .ToHashSet();
        var visible = new List<int>();
        for (var i = 0; wanted.Count > 0 && i < tree.Inodes.Length; i++)
            if (tree.Inodes[i] is { HiddenBy: < 0 } inode && wanted.Contains((inode.Layer, inode.Ordinal)))
                visible.Add(i);
        return visible;
    }

    /// <summary>Opens and closes every layer, which costs little where they are files.</summary>
    public void EnsureReadable(CancellationToken cancellationToken)
    {
        foreach (var layer in image.Layers)
            source.OpenLayer(layer, cancellationToken).Dispose();
    }

    /// <exception cref="ImageException">In the middle of it, when the source does not give what was
    /// analysed.</exception>
    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        var tar = new TarWriting(target);
        var layers = new List<(Digest Digest, long Length)>();
        var written = new HashSet<Digest>();
        for (var i = 0; i < image.Layers.Count; i++)
            layers.Add(await WriteLayerAsync(tar, i, written, cancellationToken).ConfigureAwait(false));
        var config = Config(layers);
        var configDigest = await tar.BlobAsync(config, cancellationToken).ConfigureAwait(false);
        var manifest = Manifest(layers, configDigest, config.Length);
        var manifestDigest = await tar.BlobAsync(manifest, cancellationToken).ConfigureAwait(false);
        await tar.FileAsync(
            "oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await tar.FileAsync(
            "index.json", Index(manifestDigest, manifest.Length), cancellationToken).ConfigureAwait(false);
        await tar.FileAsync(
            "manifest.json", DockerManifest(layers, configDigest), cancellationToken).ConfigureAwait(false);
        await tar.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<(Digest Digest, long Length)> WriteLayerAsync(
        TarWriting tar, int index, HashSet<Digest> written, CancellationToken cancellationToken)
    {
        // Passes that only read keep a thread busy for seconds; it need not be the one that answers requests.
        if (Gate is not null)
            await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        RewrittenLayer rewritten;
        Digest digest;
        long length;
        try
        {
            (rewritten, digest, length) = await Task.Run(
                () => Plan(index, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Gate?.Release();
        }

        if (!written.Add(digest))
            return (digest, length);
        await tar.HeaderAsync(TarWriting.BlobFolder + digest.Hex, length, cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in rewritten.Pieces(cancellationToken))
        {
            hash.AppendData(piece.Span);
            await tar.ContentAsync(piece, cancellationToken).ConfigureAwait(false);
        }

        // Written by then: whoever reads it sees an archive that ends too early, and the log says why.
        if (Digest.FromHash(hash.GetHashAndReset()) != digest)
            throw new ImageException(
                ImageErrors.DigestMismatch,
                $"The layer {image.Layers[index].DiffId} is not what it was when it was analysed.");
        await tar.PadAsync(length, cancellationToken).ConfigureAwait(false);
        return (digest, length);
    }

    /// <summary>
    /// A tar names a blob and its length before its bytes, so both are worked out first. An untouched layer has them.
    /// </summary>
    private (RewrittenLayer Layer, Digest Digest, long Length) Plan(int index, CancellationToken cancellationToken)
    {
        var layer = image.Layers[index];
        var (cuts, length) = (new List<Cut>(), tree.Layers[index].Layer.TarBytes);
        if (!edits[index].IsEmpty)
        {
            using var blob = source.OpenLayer(layer, cancellationToken);
            (cuts, length) = new LayerCuts(options).Find(blob, edits[index], cancellationToken);
        }

        var rewritten = new RewrittenLayer(source, layer, cuts, options);
        return (rewritten, cuts.Count == 0 ? layer.DiffId : rewritten.Digest(cancellationToken), length);
    }

    private byte[] Config(List<(Digest Digest, long Length)> layers)
    {
        // Some builders copy the bytes of a Dockerfile that is not UTF-8.
        var config = JsonNode.Parse(Encoding.UTF8.GetString(image.ConfigBytes))!.AsObject();
        var rootFs = config.First(p => p.Key.Equals("rootfs", StringComparison.OrdinalIgnoreCase)).Value!.AsObject();
        rootFs[rootFs.First(p => p.Key.Equals("diff_ids", StringComparison.OrdinalIgnoreCase)).Key] = new JsonArray([
            .. layers.Select(l => (JsonNode)l.Digest.ToString())
        ]);
        return Encoding.UTF8.GetBytes(config.ToJsonString());
    }

    private static byte[] Manifest(List<(Digest Digest, long Length)> layers, string config, int configLength) =>
        Json(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestKinds.OciManifest,
            ["config"] = new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.config.v1+json",
                ["digest"] = config,
                ["size"] = configLength
            },
            ["layers"] = new JsonArray([.. layers.Select(l => (JsonNode)new JsonObject
        {
            ["mediaType"] = "application/vnd.oci.image.layer.v1.tar", ["digest"] = l.Digest.ToString(),
            ["size"] = l.Length,
        })]),
        });

    private byte[] DockerManifest(List<(Digest Digest, long Length)> layers, string config) =>
        Json(new JsonArray(new JsonObject
        {
            ["Config"] = TarWriting.BlobFolder + Digest.Parse(config).Hex,
            ["RepoTags"] = new JsonArray([.. Tags.Select(t => (JsonNode)t)]),
            ["Layers"] = new JsonArray([.. layers.Select(l => (JsonNode)(TarWriting.BlobFolder + l.Digest.Hex))]),
        }));

    private byte[] Index(string manifest, int length) => Json(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["manifests"] = new JsonArray(new JsonObject
        {
            ["mediaType"] = ManifestKinds.OciManifest,
            ["digest"] = manifest,
            ["size"] = length,
            ["annotations"] = new JsonObject(
                Tags.Take(1).Select(t => KeyValuePair.Create("org.opencontainers.image.ref.name", (JsonNode?)t))),
        }),
    });

    /// <summary>Docker refuses an archive for a tag that is none.</summary>
    private IEnumerable<string> Tags =>
        image.Tags.Where(t => ImageReference.TryParse(t, out var reference, out _) && reference is { Digest: null });

    private static byte[] Json(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
