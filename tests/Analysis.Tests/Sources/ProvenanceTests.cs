using System.Text;
using System.Text.Json.Nodes;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources;

namespace ImageInsight.Analysis.Tests.Sources;

public sealed class ProvenanceTests
{
    private const string InToto = "application/vnd.in-toto+json";

    private static readonly string Zeros = new('0', 64);

    [Theory]
    [InlineData("pkg:docker/alpine@3.17?platform=linux%2Famd64", "docker.io/library/alpine:3.17")]
    [InlineData("pkg:docker/ghcr.io/org/app@1.2", "ghcr.io/org/app:1.2")]
    [InlineData("pkg:docker/localhost%3A5000/app@1", "localhost:5000/app:1")]
    [InlineData("pkg:docker/docker/dockerfile@1.7", null)]
    [InlineData("https://github.com/moby/buildkit.git#refs/tags/v0.11.0", null)]
    public void Images_among_the_materials_are_named_by_their_purl(string uri, string? name)
    {
        foreach (var form in new[] { V02(uri), V1(uri) })
        {
            var found = Read(form);
            Assert.Equal(name is null ? [] : [name], found.Select(f => f.Name!));
            Assert.All(found, f => Assert.Equal("sha256:" + Zeros, f.Digest));
        }
    }

    [Fact]
    public void The_image_whose_layers_are_below_is_told_apart_from_those_of_other_stages()
    {
        var (a, b, c) = (Blob('a'), Blob('b'), Blob('c'));
        var found = Assert.Single(Read(Max(("golang:1.22", [b]), ("alpine:3.20", [a])), a, c));
        Assert.Equal(("docker.io/library/alpine:3.20", 1, "sha256:" + Zeros), (found.Name, found.Layers, found.Digest));
        // Packed anew, the blobs are others: then the materials are all that is known.
        Assert.Equal(2, Read(Max(("golang:1.22", [b]), ("alpine:3.20", [a])), c, c).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"predicate":{"materials":{"uri":1}}}""")]
    [InlineData("""{"predicate":{"materials":[null,1,{"uri":"pkg:docker/"},{"uri":"pkg:docker/\ud800"},"""
        + """{"uri":"pkg:docker/A B@%"}]}}""")]
    [InlineData("""{"predicate":{"buildConfig":{"llbDefinition":[{"id":7,"op":[]}]}}}""")]
    public void A_statement_of_another_kind_says_nothing(string json) =>
        Assert.Empty(Provenance.Read(Encoding.UTF8.GetBytes(json), []));

    [Fact]
    public async Task The_attestation_of_an_image_in_an_archive_names_its_base()
    {
        var found = await BaseOfAsync(V02("pkg:docker/node@20-slim"));
        Assert.Equal(("docker.io/library/node:20-slim", BaseConfidence.Provenance), (found.Name, found.Confidence));
        Assert.Equal(BaseImage.Unknown, await BaseOfAsync("{ not json"));
        Assert.Equal(BaseImage.Unknown, await BaseOfAsync(V02("pkg:docker/node@20-slim"), of: "sha256:" + Zeros));
        Assert.Equal(BaseImage.Unknown, await BaseOfAsync(
            V02("pkg:docker/node@20-slim"), type: "https://spdx.dev/Document"));
    }

    [Fact]
    public async Task The_annotations_of_a_manifest_name_the_base()
    {
        var layout = new LayoutBuilder();
        var image = layout.Image("a", m => m["annotations"] = new JsonObject
        {
            ["org.opencontainers.image.base.name"] = "docker.io/library/debian:12",
            ["org.opencontainers.image.base.digest"] = "sha256:" + Zeros,
        });
        var found = (await Images.AnalyzeAsync(layout.ToArray(image))).Facts.Base;
        Assert.Equal(("docker.io/library/debian:12", "sha256:" + Zeros, BaseConfidence.Declared),
            (found.Name, found.Digest, found.Confidence));
        var listed = new LayoutBuilder();
        found = (await Images.AnalyzeAsync(
            listed.ToArray(listed.Image("a").Named("debian:12", "org.opencontainers.image.base.name")))).Facts.Base;
        Assert.Equal("docker.io/library/debian:12", found.Name);
        var odd = new LayoutBuilder();
        Assert.Equal(BaseImage.Unknown,
            (await Images.AnalyzeAsync(odd.ToArray(odd.Image("a", m => m["annotations"] = 7)))).Facts.Base);
    }

    private static async Task<BaseImage> BaseOfAsync(
        string statement, string? of = null, string type = "https://slsa.dev/provenance/v0.2")
    {
        var layout = new LayoutBuilder();
        var image = layout.Image("a").On("linux", "amd64");
        var blob = layout.Blob(Encoding.UTF8.GetBytes(statement), InToto).Named(type, "in-toto.io/predicate-type");
        var manifest = layout.Document(
            LayoutBuilder.ManifestOf(layout.Blob([1], LayoutBuilder.Config), blob), LayoutBuilder.Manifest)
            .On("unknown", "unknown")
            .Named("attestation-manifest", "vnd.docker.reference.type")
            .Named(of ?? image["digest"]!.GetValue<string>(), "vnd.docker.reference.digest");
        return (await Images.AnalyzeAsync(layout.ToArray(layout.IndexOf(manifest, image)))).Facts.Base;
    }

    private static IReadOnlyList<StatedBase> Read(string statement, params Digest[] blobs) =>
        Provenance.Read(Encoding.UTF8.GetBytes(statement), [.. blobs.Cast<Digest?>()]);

    private static string V02(string uri) =>
        $$"""{"predicateType":"https://slsa.dev/provenance/v0.2","predicate":{ "materials": {{Materials(uri)}} } }""";

    private static string V1(string uri) =>
        $$"""{"predicate":{"buildDefinition":{ "resolvedDependencies": {{Materials(uri)}} } } }""";

    private static string Materials(string uri) => $$"""[{"uri":"{{uri}}","digest":{ "sha256":"{{Zeros}}" } }]""";

    private static string Max(params (string Name, Digest[] Layers)[] sources)
    {
        var steps = new JsonArray([.. sources.Select((s, i) => (JsonNode)new JsonObject
        {
            ["id"] = $"step{i}",
            ["op"] = new JsonObject
            {
                ["Op"] = new JsonObject
                {
                    ["source"] = new JsonObject
                    {
                        ["identifier"] = $"docker-image://docker.io/library/{s.Name}@sha256:{Zeros}"
                    }
                }
            },
        })]);
        var layers = new JsonObject(sources.Select((s, i) => KeyValuePair.Create($"step{i}:0", (JsonNode?)new JsonArray(
            new JsonArray([.. s.Layers.Select(l => (JsonNode)new JsonObject { ["digest"] = l.ToString() })])))));
        return new JsonObject
        {
            ["predicate"] = new JsonObject
            {
                ["buildDefinition"] = new JsonObject
                {
                    ["internalParameters"] =
                        new JsonObject { ["buildConfig"] = new JsonObject { ["llbDefinition"] = steps } },
                    ["resolvedDependencies"] = new JsonArray([.. sources.Select(s => (JsonNode)new JsonObject
                    {
                        ["uri"] = "pkg:docker/" + s.Name.Replace(':', '@'),
                        ["digest"] = new JsonObject { ["sha256"] = Zeros },
                    })]),
                },
                ["runDetails"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["buildkit_metadata"] = new JsonObject { ["layers"] = layers } }
                },
            },
        }.ToJsonString();
    }

    private static Digest Blob(char hex) => Digest.Parse("sha256:" + new string(hex, 64));
}
