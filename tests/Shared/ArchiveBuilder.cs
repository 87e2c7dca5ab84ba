using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageInsight.Tests;

/// <summary>Writes image archives for tests, byte by byte, with code that shares nothing with the reader.</summary>
public sealed class ArchiveBuilder
{
    private readonly List<(byte[] Tar, string? CreatedBy)> layers = [];
    private readonly List<(string CreatedBy, bool Empty)> history = [];

    public string Tag { get; set; } = "test/app:1";

    public string Architecture { get; set; } = "amd64";

    public string[] Environment { get; set; } = [];

    /// <summary>CMD; none when empty.</summary>
    public string[] Command { get; set; } = [];

    /// <summary>Where the container starts; empty for the root.</summary>
    public string Folder { get; set; } = "";

    public ArchiveBuilder WithLayer(Action<LayerBuilder> write, string createdBy = "/bin/sh -c make")
    {
        var layer = new LayerBuilder();
        write(layer);
        return WithRawLayer(layer.ToArray(), createdBy);
    }

    public ArchiveBuilder WithRawLayer(byte[] tar, string createdBy = "/bin/sh -c make")
    {
        layers.Add((tar, createdBy));
        history.Add((createdBy, false));
        return this;
    }

    public ArchiveBuilder WithEmptyHistory(string createdBy)
    {
        history.Add((createdBy, true));
        return this;
    }

    public byte[] ConfigJson(Func<int, string>? diffId = null)
    {
        var diffIds = new JsonArray();
        for (var i = 0; i < layers.Count; i++)
            diffIds.Add((JsonNode)(diffId?.Invoke(i) ?? Sha(layers[i].Tar)));
        var lines = new JsonArray();
        foreach (var (createdBy, empty) in history)
        {
            var line = new JsonObject { ["created"] = "2026-01-02T03:04:05Z", ["created_by"] = createdBy };
            if (empty)
                line["empty_layer"] = true;
            lines.Add((JsonNode)line);
        }

        var run = new JsonObject { ["Env"] = new JsonArray([.. Environment.Select(e => (JsonNode)e)]) };
        if (Command.Length > 0)
            run["Cmd"] = new JsonArray([.. Command.Select(w => (JsonNode)w)]);
        if (Folder.Length > 0)
            run["WorkingDir"] = Folder;
        var config = new JsonObject
        {
            ["os"] = "linux",
            ["architecture"] = Architecture,
            ["config"] = run,
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = diffIds },
            ["history"] = lines,
        };
        return Encoding.UTF8.GetBytes(config.ToJsonString());
    }

    public string ConfigDigest => Sha(ConfigJson());

    /// <summary>A docker-archive as `docker save` wrote it before version 25.</summary>
    public byte[] DockerArchive(
        Func<byte[], byte[]>? compress = null, Func<int, string>? diffId = null, int? leaveOutLayer = null)
    {
        var config = ConfigJson(diffId);
        var configName = Sha(config)["sha256:".Length..] + ".json";
        var outer = new LayerBuilder();
        var names = new JsonArray();
        for (var i = 0; i < layers.Count; i++)
        {
            var name = $"layer{i}/layer.tar";
            names.Add((JsonNode)name);
            if (i != leaveOutLayer)
                outer.File(name, compress?.Invoke(layers[i].Tar) ?? layers[i].Tar);
        }

        outer.File(configName, config);
        outer.File("manifest.json", Encoding.UTF8.GetBytes(new JsonArray(new JsonObject
        {
            ["Config"] = configName,
            ["RepoTags"] = new JsonArray(Tag),
            ["Layers"] = names,
        }).ToJsonString()));
        return outer.ToArray();
    }

    /// <summary>An OCI layout with every builder's image in one index.</summary>
    public static byte[] OciLayout(Func<byte[], byte[]> compress, string layerMediaType, params ArchiveBuilder[] images)
    {
        var outer = new LayerBuilder();
        outer.File("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray());
        var manifests = new JsonArray();
        var written = new HashSet<string>();
        foreach (var image in images)
        {
            var config = image.ConfigJson();
            Blob(config);
            var layerList = new JsonArray();
            foreach (var (tar, _) in image.layers)
            {
                var blob = compress(tar);
                Blob(blob);
                layerList.Add((JsonNode)Descriptor(blob, layerMediaType));
            }

            var manifest = Encoding.UTF8.GetBytes(new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
                ["config"] = Descriptor(config, "application/vnd.oci.image.config.v1+json"),
                ["layers"] = layerList,
            }.ToJsonString());
            Blob(manifest);
            var entry = Descriptor(manifest, "application/vnd.oci.image.manifest.v1+json");
            entry["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = image.Architecture };
            entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = image.Tag };
            manifests.Add((JsonNode)entry);
        }

        outer.File("index.json", Encoding.UTF8.GetBytes(
            new JsonObject { ["schemaVersion"] = 2, ["manifests"] = manifests }.ToJsonString()));
        return outer.ToArray();

        void Blob(byte[] bytes)
        {
            if (written.Add(Sha(bytes)))
                outer.File("blobs/sha256/" + Sha(bytes)["sha256:".Length..], bytes);
        }
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return stream.ToArray();
    }

    public static string Sha(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static JsonObject Descriptor(byte[] blob, string mediaType) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = Sha(blob),
        ["size"] = blob.Length,
    };
}
