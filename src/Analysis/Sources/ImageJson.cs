using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace ImageInsight.Analysis.Sources;

/// <summary>
/// Reads the documents of an archive: keys match case-insensitively, a key that stands twice is refused.
/// </summary>
/// <remarks>jib before 2.3 wrote config, repoTags, layers; duplicate keys are how two readers come to see two
/// images.</remarks>
internal static class ImageJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNameCaseInsensitive = true,
        AllowDuplicateProperties = false,
        // The cap is checked before, where it can be named; this guards the stack when somebody raises it.
        MaxDepth = 1000,
        TypeInfoResolver = ImageDocuments.Default,
    };

    private static readonly string[] Additions = [" Change the reader options", " Path: ", " LineNumber: "];

    /// <summary>Of a text with what refers to it; an object, with its brace and its comma, counts as two.</summary>
    private const int ValueBytes = 60;

    /// <param name="work">Holds what is made of the document, which may be fifty times as big.</param>
    public static T Parse<T>(byte[] json, string what, AnalysisOptions options, WorkBudget work)
        where T : class
    {
        var (depth, values) = Measure(json);
        work.Spend(json.Length);
        work.Hold(json.Length + (values * ValueBytes));
        if (depth > options.MaxJsonDepth)
            throw Caps.Exceeded($"{what} nests deeper than {options.MaxJsonDepth}", nameof(options.MaxJsonDepth));
        // Go's tools write a replacement character for what is not UTF-8; others copy the bytes of a Dockerfile.
        if (!Utf8.IsValid(json))
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        try
        {
            return JsonSerializer.Deserialize(json, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)))
                ?? throw new ImageException(ImageErrors.ManifestInvalid, $"{what} is null.");
        }
        catch (JsonException e)
        {
            throw new ImageException(
                ImageErrors.ManifestInvalid,
                $"{what} is not the JSON it should be (line {e.LineNumber + 1}, byte {e.BytePositionInLine}): "
                    + $"{Reason(e)}", e);
        }
    }

    /// <summary>
    /// Without the names of types, the advice to programmers and the position, which is said already.
    /// </summary>
    private static string Reason(JsonException e)
    {
        if (e.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return $"{e.Path} is of another kind than it should be.";
        var end = Additions.Select(w => e.Message.IndexOf(w, StringComparison.Ordinal)).Where(i => i > 0)
            .DefaultIfEmpty(e.Message.Length).Min();
        return e.Message[..end];
    }

    /// <summary>A list of which no item may be null, as JSON allows.</summary>
    public static IReadOnlyList<T> Items<T>(IReadOnlyList<T>? list, string what)
        where T : class
    {
        foreach (var item in list ?? [])
            if (item is null)
                throw new ImageException(ImageErrors.ManifestInvalid, $"{what} lists null.");
        return list ?? [];
    }

    /// <summary>By its first character that is no white space.</summary>
    public static bool IsObject(ReadOnlySpan<byte> json) => json.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    private static (int Deepest, long Values) Measure(ReadOnlySpan<byte> json)
    {
        var (depth, deepest, values, inString) = (0, 0, 1L, false);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '"')
                inString = !inString;
            else if (inString)
                i += json[i] == '\\' ? 1 : 0;
            else if (json[i] is (byte)'{' or (byte)'[')
                (deepest, values) = (Math.Max(deepest, ++depth), values + 1);
            else if (json[i] is (byte)'}' or (byte)']')
                depth--;
            else if (json[i] == ',')
                values++;
        }

        return (deepest, values);
    }
}

internal sealed record DockerManifest(
    string? Config, IReadOnlyList<string>? RepoTags, IReadOnlyList<string>? Layers,
    IReadOnlyDictionary<string, OciDescriptor>? LayerSources);

internal sealed record OciLayout(string? ImageLayoutVersion);

internal sealed record OciDescriptor(
    string? MediaType, string? Digest, long? Size, OciPlatform? Platform,
    IReadOnlyDictionary<string, string>? Annotations, string? ArtifactType = null)
{
    /// <summary>Of a manifest that nothing describes.</summary>
    public static OciDescriptor None { get; } = new(null, null, null, null, null);
}

internal sealed record OciPlatform(string? Os, string? Architecture, string? Variant);

/// <summary>An index or a manifest: which one is told by what it holds.</summary>
internal sealed record OciDocument(
    int? SchemaVersion, string? MediaType, string? ArtifactType, IReadOnlyList<OciDescriptor>? Manifests,
    OciDescriptor? Config, IReadOnlyList<OciDescriptor>? Layers, JsonElement? FsLayers, OciDescriptor? Subject = null,
    JsonElement? Annotations = null);

internal sealed record ImageConfig(
    string? Os, string? Architecture, string? Variant, ConfigRootFs? RootFs, IReadOnlyList<ConfigHistory>? History,
    ConfigRun? Config);

internal sealed record ConfigRootFs(
    [property: System.Text.Json.Serialization.JsonPropertyName("diff_ids")] IReadOnlyList<string>? DiffIds);

internal sealed record ConfigHistory(
    string? Created,
    [property: System.Text.Json.Serialization.JsonPropertyName("created_by")] string? CreatedBy,
    [property: System.Text.Json.Serialization.JsonPropertyName("empty_layer")] bool? IsEmptyLayer)
{
    public bool EmptyLayer => IsEmptyLayer == true;
}

/// <param name="Labels">Read where one is asked for: nothing else in them matters, whatever they hold.</param>
/// <param name="Entrypoint">A list; old builders wrote a string. What is neither is nothing.</param>
internal sealed record ConfigRun(
    IReadOnlyList<string>? Env, JsonElement? Labels = null, JsonElement? Entrypoint = null, JsonElement? Cmd = null,
    JsonElement? WorkingDir = null)
{
    public JsonElement? User { get; init; }

    public JsonElement? StopSignal { get; init; }

    public JsonElement? Shell { get; init; }

    public JsonElement? ExposedPorts { get; init; }

    public JsonElement? Volumes { get; init; }

    /// <summary>What a container starts: the words of ENTRYPOINT, then those of CMD.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> Command => [.. Words(Entrypoint), .. Words(Cmd)];

    [System.Text.Json.Serialization.JsonIgnore]
    public string? Folder => Text(WorkingDir);

    /// <summary>The one word of a setting; null for none.</summary>
    public static string? Text(JsonElement? value) =>
        Words(value) is [{ Length: > 0 } text, ..] ? text : null;

    /// <summary>The names of a map: <c>{"8080/tcp": {}}</c>.</summary>
    public static IReadOnlyList<string> Keys(JsonElement? map) => [.. Members(map).Select(m => m.Name)];

    /// <summary>Names and texts of a map, what is no text left out.</summary>
    public static IReadOnlyList<string> Pairs(JsonElement? map) =>
        [.. Members(map).Where(m => m.Value is not null).Select(m => $"{m.Name}={m.Value}")];

    private static List<(string Name, string? Value)> Members(JsonElement? map)
    {
        var members = new List<(string, string?)>();
        if (map is not { ValueKind: JsonValueKind.Object } all)
            return members;
        foreach (var member in all.EnumerateObject())
            try
            {
                members.Add((member.Name,
                    member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null));
            }
            catch (InvalidOperationException)
            {
                // A name or a text with half a surrogate pair.
            }

        return members;
    }

    public static IReadOnlyList<string> Words(JsonElement? value)
    {
        try
        {
            return value switch
            {
                { ValueKind: JsonValueKind.String } text => [text.GetString()!],
                { ValueKind: JsonValueKind.Array } list =>
                [
                    .. list.EnumerateArray().Where(w => w.ValueKind == JsonValueKind.String).Select(w => w.GetString()!)
                ],
                _ => [],
            };
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair.
            return [];
        }
    }
}
