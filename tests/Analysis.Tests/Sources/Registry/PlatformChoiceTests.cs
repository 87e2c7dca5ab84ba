using System.Text;
using System.Text.Json.Nodes;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

/// <summary>Names of platforms, and indexes that say of an image what they say of artifacts.</summary>
public sealed class PlatformChoiceTests : IAsyncDisposable
{
    private const string Index = "application/vnd.oci.image.index.v1+json";

    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    private readonly OddRegistry registry = new();

    private string Reference => registry.Host + "/app:latest";

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    // containers/image 898, containerd 2414
    [Theory]
    [InlineData("linux/arm64/v8", "linux/arm64", "linux/arm64")]
    [InlineData("linux/arm64", "linux/amd64 linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/arm64/8", "linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/arm64/v8", "linux/arm64/v9 linux/arm64", "linux/arm64")]
    [InlineData("linux/arm64/v9", "linux/arm64", "linux/arm64")]
    [InlineData("linux/arm64", "linux/arm64/v9 linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/arm64/v8", "linux/arm64/v9", null)]
    [InlineData("arm64", "linux/aarch64", "linux/aarch64")]
    [InlineData("linux/aarch64", "linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/aarch64/v8", "linux/arm64", "linux/arm64")]
    [InlineData("linux/x86_64", "linux/amd64", "linux/amd64")]
    [InlineData("linux/amd64", "linux/x86_64", "linux/x86_64")]
    [InlineData("linux/amd64/v1", "linux/arm64 linux/amd64", "linux/amd64")]
    [InlineData("linux/amd64", "linux/amd64/v1", "linux/amd64/v1")]
    [InlineData("linux/amd64", "linux/amd64/v3 linux/amd64", "linux/amd64")]
    [InlineData("linux/amd64/v3", "linux/amd64 linux/amd64/v2 linux/amd64/v4", "linux/amd64/v2")]
    [InlineData("linux/amd64/v2", "linux/amd64/v3", null)]
    [InlineData("linux/arm/v7", "linux/arm/v5 linux/arm/v6", "linux/arm/v6")]
    [InlineData("linux/arm/v7", "linux/arm/v6 linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux/arm/v7", "linux/arm", "linux/arm")]
    [InlineData("linux/arm/v6", "linux/arm/v7", null)]
    [InlineData("linux/arm", "linux/arm/v6 linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux/arm", "linux/arm/v6", "linux/arm/v6")]
    [InlineData("linux/armhf", "linux/arm/v6 linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux/armel", "linux/arm/v7 linux/arm/v6", "linux/arm/v6")]
    [InlineData("Linux/ARM64", "linux/arm64", "linux/arm64")]
    [InlineData("linux/i686", "linux/386", "linux/386")]
    [InlineData("linux/ppc64le/power9", "linux/ppc64le", null)]
    [InlineData("linux/ppc64le", "linux/ppc64le/power9", "linux/ppc64le/power9")]
    [InlineData("windows/amd64", "linux/amd64", null)]
    public async Task A_platform_takes_what_runs_on_it(string asked, string has, string? taken)
    {
        var image = registry.Add("one", new LayerBuilder().File("a", 1).ToArray());
        var all = has.Split(' ');
        registry.AddManifest("latest", IndexOf([.. all.Select((p, i) =>
        {
            // Each a manifest of its own.
            var manifest = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(image.Manifest) + new string(' ', i));
            registry.AddManifest($"m{i}", manifest);
            var parts = p.Split('/');
            var platform = new JsonObject { ["os"] = parts[0], ["architecture"] = parts[1] };
            if (parts.Length > 2)
                platform["variant"] = parts[2];
            var descriptor = OddRegistry.Descriptor(manifest, Manifest);
            descriptor["platform"] = platform;
            return descriptor;
        })]), Index);
        using var http = new RegistryHttp(RegistryCase.Options(), TimeProvider.System);
        using var source = await RegistryCase.OpenAsync(http, Reference);
        Assert.True(Platform.TryParse(asked, out var platform));
        if (taken is null)
            Assert.Equal(
                ImageErrors.PlatformNotFound, Assert.Throws<ImageException>(() => source.Choose(platform)).Code);
        else
            Assert.Equal(taken, source.Choose(platform).Platform!.ToString());
    }

    // oras 1670, 1700
    [Theory]
    [InlineData("application/vnd.oci.image.config.v1+json", true)]
    [InlineData("application/vnd.oci.image.config.v1+json", false)]
    [InlineData("application/vnd.docker.container.image.v1+json", true)]
    [InlineData("application/vnd.example.thing", true)]
    [InlineData("application/vnd.example.thing", false)]
    public async Task What_an_index_calls_an_artifact_is_an_image_when_its_manifest_says_so(string type, bool platform)
    {
        var image = registry.Add("one", new LayerBuilder().File("a", 7).ToArray());
        var descriptor = OddRegistry.Descriptor(image.Manifest, Manifest);
        descriptor["artifactType"] = type;
        if (platform)
            descriptor["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "amd64" };
        var gone = OddRegistry.Descriptor("gone"u8.ToArray(), Manifest);
        gone["artifactType"] = "application/vnd.example.sbom";
        var sbom = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Manifest,
            ["artifactType"] = "application/vnd.example.sbom",
            ["config"] = OddRegistry.Descriptor("{}"u8.ToArray(), "application/vnd.oci.empty.v1+json"),
            ["layers"] = new JsonArray(OddRegistry.Descriptor("{}"u8.ToArray(), "application/spdx+json")),
        }.ToJsonString());
        registry.AddManifest("sbom", sbom);
        var listed = OddRegistry.Descriptor(sbom, Manifest);
        listed["artifactType"] = "application/vnd.example.sbom";
        registry.AddManifest("latest", IndexOf(gone, listed, descriptor), Index);
        Assert.Equal(7, (await RegistryCase.PullAsync(Reference, platform: "linux/amd64")).Tree.Ledger.VisibleBytes);
        using var http = new RegistryHttp(RegistryCase.Options(), TimeProvider.System);
        using var source = await RegistryCase.OpenAsync(http, Reference);
        Assert.Single(source.Candidates);
    }

    private static byte[] IndexOf(params JsonObject[] manifests) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = Index,
        ["manifests"] = new JsonArray([.. manifests.Select(m => (JsonNode)m)]),
    }.ToJsonString());
}
