using System.Text.Json;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources;

/// <summary>
/// What BuildKit recorded of a build, in SLSA's form of 0.2 or 1: the images that it pulled and, with <c>mode=max</c>,
/// the layers of each. https://github.com/moby/buildkit/blob/v0.23.0/docs/attestations/slsa-definitions.md
/// </summary>
internal static class Provenance
{
    private const string PredicateType = "https://slsa.dev/provenance/";

    private const int MaxItems = 1000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Images that build, and are no base.</summary>
    private static readonly string[] Tools =
    [
        "docker/dockerfile", "docker/dockerfile-upstream", "docker/buildkit-syft-scanner", "moby/buildkit"
    ];

    /// <summary>
    /// Of an attestation's layers, as their annotations tell; a list of packages may have megabytes and is not read.
    /// </summary>
    public static bool IsIn(OciDescriptor layer) =>
        layer.MediaType?.StartsWith("application/vnd.in-toto", StringComparison.Ordinal) == true
        && layer.Annotations?.GetValueOrDefault("in-toto.io/predicate-type")?.StartsWith(
            PredicateType, StringComparison.Ordinal) == true;

    /// <summary>
    /// The one whose layers the image begins with, where the record tells layers; else all images that the build
    /// pulled.
    /// </summary>
    /// <param name="blobs">Of the image, the lowest first.</param>
    public static IReadOnlyList<StatedBase> Read(byte[] statement, IReadOnlyList<Digest?> blobs)
    {
        try
        {
            using var document = JsonDocument.Parse(statement, Options);
            var predicate = At(document.RootElement, "predicate");
            var (build, run) = (At(predicate, "buildDefinition"), At(predicate, "runDetails"));
            var layers = At(run, "metadata", "buildkit_metadata", "layers")
                ?? At(predicate, "metadata", "https://mobyproject.org/buildkit@v1#metadata", "layers");
            var steps = At(build, "internalParameters", "buildConfig", "llbDefinition")
                ?? At(predicate, "buildConfig", "llbDefinition");
            if (ByLayers(steps, layers, blobs) is { } found)
                return [found];
            var materials = At(build, "resolvedDependencies") ?? At(predicate, "materials");
            return [.. Items(materials).Select(Material).OfType<StatedBase>().Distinct()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is no text.
            return [];
        }
    }

    // "llbDefinition": [{"id": "step0", "op": {"Op": {"source": {"identifier":
    // "docker-image://docker.io/library/alpine:3.20@sha256:…"}}}}]
    // "layers": {"step0:0": [[{"mediaType": "…", "digest": "sha256:…", "size": 3623844}]]}
    private static StatedBase? ByLayers(JsonElement? steps, JsonElement? layers, IReadOnlyList<Digest?> blobs)
    {
        StatedBase? best = null;
        foreach (var step in Items(steps))
        {
            var source = Text(At(step, "op", "Op", "source", "identifier") ?? At(step, "op", "source", "identifier"));
            if (source?.StartsWith("docker-image://", StringComparison.Ordinal) != true)
                continue;
            foreach (var chain in Items(At(layers, Text(At(step, "id")) + ":0")))
                if (Prefix(chain, blobs) is var count && count > (best?.Layers ?? 0))
                    best = StatedBase.Create(StatedBy.Provenance, source["docker-image://".Length..], null, count)
                        ?? best;
        }

        return best;
    }

    /// <summary>The length of the chain when the image begins with it, else 0.</summary>
    private static int Prefix(JsonElement chain, IReadOnlyList<Digest?> blobs)
    {
        var count = 0;
        foreach (var layer in Items(chain))
        {
            if (count >= blobs.Count || blobs[count]?.ToString() != Text(At(layer, "digest")))
                return 0;
            count++;
        }

        return count;
    }

    // {"uri": "pkg:docker/node@20-slim?platform=linux%2Famd64", "digest": {"sha256": "…"}}
    private static StatedBase? Material(JsonElement material)
    {
        const string type = "pkg:docker/";
        if (Text(At(material, "uri")) is not { } uri || !uri.StartsWith(type, StringComparison.Ordinal))
            return null;
        var package = uri[type.Length..].Split('?', '#')[0].Split('@', 2);
        var name = Uri.UnescapeDataString(package[0]);
        if (Tools.Contains(name, StringComparer.Ordinal))
            return null;
        var version = package.Length > 1 ? Uri.UnescapeDataString(package[1]) : "";
        var separator = version.Length == 0 ? "" : Digest.TryParse(version, out _) ? "@" : ":";
        var digest = Text(At(material, "digest", "sha256"));
        // Pulled by digest alone: no tag was named, and "latest" must not be made up.
        if (version.Length == 0 && digest is not null)
            (separator, version) = ("@", "sha256:" + digest);
        return StatedBase.Create(
            StatedBy.Provenance, name + separator + version, digest is null ? null : "sha256:" + digest);
    }

    private static JsonElement? At(JsonElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element is not { ValueKind: JsonValueKind.Object } parent
                || !parent.TryGetProperty(name, out var child))
                return null;
            element = child;
        }

        return element;
    }

    private static List<JsonElement> Items(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } e ? [.. e.EnumerateArray().Take(MaxItems)] : [];

    private static string? Text(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } e ? e.GetString() : null;
}
