using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageInsight.Tests;

/// <summary>Indexes over several platforms, put into a real registry.</summary>
public static class RegistryIndexes
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>
    /// An image for each architecture under its own tag, and the index under <c>all</c>; answers the reference.
    /// </summary>
    public static async Task<string> PushAsync(
        RegistryServer registry, string repository, CancellationToken cancellationToken, params string[] architectures)
    {
        using var client = registry.Client();
        var manifests = new JsonArray();
        foreach (var architecture in architectures)
        {
            var image = new ArchiveBuilder { Architecture = architecture }.WithLayer(l => l.File(architecture, 1000));
            var file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".tar");
            await File.WriteAllBytesAsync(file, image.DockerArchive(), cancellationToken);
            await registry.PushAsync(
                "docker-archive:" + file, $"{repository}:{architecture}", cancellationToken, "--format", "oci");
            File.Delete(file);
            var bytes = await ManifestAsync(client, repository, architecture, cancellationToken);
            manifests.Add((JsonNode)new JsonObject
            {
                ["mediaType"] = ManifestType,
                ["digest"] = ArchiveBuilder.Sha(bytes),
                ["size"] = bytes.Length,
                ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture },
            });
        }

        await PutAsync(
            client, repository, "all", "application/vnd.oci.image.index.v1+json",
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = "application/vnd.oci.image.index.v1+json",
                ["manifests"] = manifests
            }.ToJsonString(), cancellationToken);
        return $"{registry.Host}/{repository}:all";
    }

    public static async Task<byte[]> ManifestAsync(
        HttpClient client, string repository, string tag, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{repository}/manifests/{tag}");
        request.Headers.Accept.ParseAdd(ManifestType);
        request.Headers.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json");
        using var answer = await client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public static async Task PutAsync(
        HttpClient client, string repository, string tag, string type, string manifest,
        CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(manifest));
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var answer = await client.PutAsync(
            new Uri($"/v2/{repository}/manifests/{tag}", UriKind.Relative), body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(cancellationToken));
    }
}
