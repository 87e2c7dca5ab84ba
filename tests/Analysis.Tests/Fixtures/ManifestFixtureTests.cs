using System.Text.Json;
using System.Text.Json.Nodes;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Analysis.Tests.Sources;

namespace ImageInsight.Analysis.Tests.Fixtures;

/// <summary>
/// Manifests, indexes and configs that containers/image keeps for its tests, each put into an archive without what it
/// refers to: what is missing then shows how the document was understood.
/// </summary>
public sealed class ManifestFixtureTests
{
    private const string Folder = "manifests/containers_image";

    public static TheoryData<string> Documents
    {
        get
        {
            var names = new TheoryData<string>();
            if (FixtureFolder.Path is not null && Directory.Exists(FixtureFolder.File(Folder)))
                foreach (var file in Directory.GetFiles(
                    FixtureFolder.File(Folder), "*.json").Order(StringComparer.Ordinal))
                    names.Add(Path.GetFileName(file));
            if (names.Count == 0)
                names.Add("");
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(Documents), DisableDiscoveryEnumeration = true)]
    public async Task A_document_is_taken_for_what_it_is(string name)
    {
        Assert.SkipWhen(name.Length == 0, FixtureFolder.Missing);
        var bytes = await File.ReadAllBytesAsync(
            FixtureFolder.File($"{Folder}/{name}"), TestContext.Current.CancellationToken);
        var document = Json(bytes);
        if (document?["rootfs"] is not null)
        {
            await AssertConfigAsync(bytes, document);
            return;
        }

        var layout = new LayoutBuilder();
        var archive = layout.ToArray(layout.Blob(bytes, mediaType: null));
        var failure = await Images.FailsAsync(archive);
        var (code, mention) = Expected(name, document);
        Assert.Equal(code, failure.Code);
        Assert.Contains(mention, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>What containers/image says of the document, else what its keys say.</summary>
    private static (string Code, string Mention) Expected(string name, JsonObject? document)
    {
        var kind = Guesses().GetValueOrDefault(name)
            ?? (document?["fsLayers"] is not null ? "Schema1" : document?["manifests"] is not null ? "List"
                : document?["config"] is not null ? "Manifest" : "");
        if (kind.Contains("Schema1", StringComparison.Ordinal))
            return (ImageErrors.Unsupported, "schema 1");
        if (kind.Contains("List", StringComparison.Ordinal) || kind.Contains("Index", StringComparison.Ordinal))
            return Digest(document!["manifests"]![0]!);
        if (kind.Length == 0)
            return document is null ? (ImageErrors.ManifestInvalid, "not the JSON it should be")
                : (ImageErrors.NotAnImage, "a manifest without config");
        var config = document!["config"]!;
        var type = document["artifactType"]?.ToString() ?? config["mediaType"]!.ToString();
        // schema2.json is of the time when Docker called a config application/octet-stream.
        return type is "application/octet-stream" || type.EndsWith(".image.config.v1+json", StringComparison.Ordinal)
            || type.EndsWith(".container.image.v1+json", StringComparison.Ordinal)
            ? Digest(config)
            : (ImageErrors.NotAnImage, $"'{type}'");
    }

    private static (string Code, string Mention) Digest(JsonNode descriptor) =>
        (ImageErrors.BlobMissing, descriptor["digest"]!.ToString());

    private static Dictionary<string, string> Guesses() =>
        JsonNode.Parse(File.ReadAllText(FixtureFolder.File("manifests/containers_image_manifest_tests.json")))!
            ["tables"]!["TestGuessMIMEType:cases"]!.AsArray()
            .ToDictionary(c => c!["path"]!.ToString(), c => c!["mimeType"]!.ToString());

    private static async Task AssertConfigAsync(byte[] bytes, JsonObject document)
    {
        var layers = document["rootfs"]!["diff_ids"]!.AsArray().Select((_, i) => (JsonNode)$"layer{i}.tar");
        using var file = new TemporaryFile(
            new LayerBuilder().File("config.json", bytes).File("layer0.tar", 0).File("manifest.json", new JsonArray(
            new JsonObject { ["Config"] = "config.json", ["Layers"] = new JsonArray([.. layers]) }).ToJsonString()
                .Utf8()).ToArray());
        using var archive = await ImageArchive.OpenAsync(
            file.Path, Path.GetTempPath(), new AnalysisOptions(), TestContext.Current.CancellationToken);
        var failure = Assert.Single(archive.Images).Error!;
        Assert.Equal(ImageErrors.BlobMissing, failure.Code);
        Assert.Contains("layer1.tar", failure.Message, StringComparison.Ordinal);
    }

    private static JsonObject? Json(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
