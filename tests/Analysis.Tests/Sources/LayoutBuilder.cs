using System.Text;
using System.Text.Json.Nodes;

namespace ImageInsight.Analysis.Tests.Sources;

/// <summary>
/// Writes OCI layouts blob by blob, right or wrong; a method answers the descriptor of what it wrote.
/// </summary>
internal sealed class LayoutBuilder
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string Layer = "application/vnd.oci.image.layer.v1.tar";

    private readonly LayerBuilder tar = new();
    private readonly HashSet<string> written = [];

    public string? Version { get; set; } = "1.0.0";

    /// <summary>Before every name of the archive.</summary>
    public string Prefix { get; set; } = "";

    public LayoutBuilder File(string name, string content)
    {
        tar.File(Prefix + name, Encoding.UTF8.GetBytes(content));
        return this;
    }

    public LayoutBuilder Directory(string name)
    {
        tar.Directory(Prefix + name);
        return this;
    }

    public JsonObject Blob(byte[] bytes, string? mediaType, bool leaveOut = false)
    {
        if (!leaveOut && written.Add(ArchiveBuilder.Sha(bytes)))
            tar.File(Prefix + NameOf(bytes), bytes);
        var descriptor = new JsonObject { ["digest"] = ArchiveBuilder.Sha(bytes), ["size"] = bytes.Length };
        if (mediaType is not null)
            descriptor["mediaType"] = mediaType;
        return descriptor;
    }

    public JsonObject Document(JsonObject document, string? mediaType, bool leaveOut = false) =>
        Blob(Encoding.UTF8.GetBytes(document.ToJsonString()), mediaType, leaveOut);

    public JsonObject IndexOf(params JsonObject[] children) =>
        Document(new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = Index, ["manifests"] = List(children) },
            Index);

    /// <summary>A manifest, its config and a layer with one file of that name.</summary>
    public JsonObject Image(
        string file, Action<JsonObject>? changeManifest = null, bool leaveOut = false, string configType = Config)
    {
        var layer = LayerOf(file);
        var config = ConfigOf("amd64", ArchiveBuilder.Sha(layer));
        var manifest = ManifestOf(Document(config, configType, leaveOut), Blob(layer, Layer, leaveOut));
        changeManifest?.Invoke(manifest);
        return Document(manifest, Manifest, leaveOut);
    }

    public byte[] ToArray(params JsonObject[] manifests) =>
        ToArray(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = List(manifests) }.ToJsonString());

    public byte[] ToArray(string index)
    {
        if (Version is not null)
            File("oci-layout", $$"""{"imageLayoutVersion":"{{Version}}"}""");
        File("index.json", index);
        return tar.ToArray();
    }

    public static byte[] LayerOf(string file) => new LayerBuilder().File(file, 100).ToArray();

    public static JsonObject ConfigOf(string architecture, params string[] diffIds) => new()
    {
        ["os"] = "linux",
        ["architecture"] = architecture,
        ["rootfs"] = new JsonObject
        {
            ["type"] = "layers",
            ["diff_ids"] = new JsonArray([.. diffIds.Select(d => (JsonNode)d)])
        },
    };

    public static JsonObject ManifestOf(JsonObject config, params JsonObject[] layers) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = Manifest,
        ["config"] = config.DeepClone(),
        ["layers"] = List(layers),
    };

    public static JsonArray List(params JsonObject[] items) => new([.. items.Select(i => i.DeepClone())]);

    public static string NameOf(byte[] blob) => "blobs/sha256/" + ArchiveBuilder.Sha(blob)["sha256:".Length..];
}

internal static class Descriptors
{
    public static JsonObject Named(
        this JsonObject descriptor, string name, string annotation = "org.opencontainers.image.ref.name")
    {
        var copy = descriptor.DeepClone().AsObject();
        (copy["annotations"] ??= new JsonObject())[annotation] = name;
        return copy;
    }

    public static JsonObject On(this JsonObject descriptor, string os, string architecture, string? variant = null)
    {
        var copy = descriptor.DeepClone().AsObject();
        copy["platform"] = new JsonObject { ["os"] = os, ["architecture"] = architecture };
        if (variant is not null)
            copy["platform"]!["variant"] = variant;
        return copy;
    }

    public static JsonObject With(this JsonObject descriptor, string key, JsonNode? value)
    {
        var copy = descriptor.DeepClone().AsObject();
        copy[key] = value;
        return copy;
    }
}
