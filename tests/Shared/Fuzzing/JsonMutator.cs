using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>Changes that leave a document JSON, mostly, and make it say what no writer says.</summary>
internal static class JsonMutator
{
    private static readonly string[] Texts =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "99999999999999999999", "-9223372036854775808", "2147483648", "\"\"",
        "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "\"../../etc/passwd\"", "\"sha256:\"", "[]", "{}", "[null]", "[[]]",
        "[{}]", "{\"a\":1}", "\"1.0.0\"", "\"application/vnd.oci.image.config.v1+json\"",
        "\"application/vnd.oci.image.layer.v1.tar+encrypted\"", "\"application/vnd.oci.image.index.v1+json\"",
        string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40)),
        string.Concat(Enumerable.Repeat("{\"a\":", 5000)) + "1" + new string('}', 5000),
        "\"" + new string('l', 5000) + "\"",
    ];

    private static readonly string[] Names =
    [
        "Config", "config", "Layers", "layers", "RepoTags", "manifests", "mediaType", "digest", "size", "platform",
        "os", "architecture", "variant", "annotations", "artifactType", "rootfs", "diff_ids", "history", "created",
        "created_by", "empty_layer", "Env", "schemaVersion", "imageLayoutVersion", "LayerSources", "urls",
        "vnd.docker.reference.type", "org.opencontainers.image.ref.name", "subject",
    ];

    private static readonly JsonDocumentOptions Deep = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    public static byte[] Mutate(byte[] json, FuzzRandom random)
    {
        StringBuilder text;
        try
        {
            var root = JsonNode.Parse(json, documentOptions: Deep);
            for (var i = random.Below(3); i >= 0; i--)
                root = Change(root, random);
            text = new StringBuilder(root?.ToJsonString() ?? "null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Changed before into what a tree of nodes cannot hold.
            return json;
        }

        // What no tree of nodes can hold: texts that are no JSON, and a key that stands twice.
        for (var i = 0; i < Texts.Length; i++)
            text.Replace($"\"@@{i}\"", Texts[i]);
        if (random.OneIn(8) && text.ToString().IndexOf('{', StringComparison.Ordinal) is var open and >= 0)
            text.Insert(open + 1,
                $"\"{random.Pick(Names)}\":"
                    + $"{random.Pick(Texts)}{(text.Length > open + 1 && text[open + 1] == '}' ? "" : ",")}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static JsonNode? Change(JsonNode? root, FuzzRandom random)
    {
        var places = new List<(JsonNode Parent, string? Key, int Index)>();
        Collect(root, places);
        if (places.Count == 0)
            return Value(random);
        var place = random.Pick(places);
        var (parent, key, index) = place;
        switch (random.Below(8))
        {
            case 0 when parent is JsonObject o:
                o.Remove(key!);
                break;
            case 0 when parent is JsonArray a:
                a.RemoveAt(index);
                break;
            case 1 when parent is JsonArray a:
                for (var copies = random.OneIn(10) ? 1500 : 1 + random.Below(3); copies > 0; copies--)
                    a.Insert(index, a[index]?.DeepClone());
                break;
            case 2 when parent is JsonObject o:
                var moved = o[key!]?.DeepClone();
                o.Remove(key!);
                o[random.OneIn(2) ? key!.ToUpperInvariant() : random.Pick(Names)] = moved;
                break;
            case 3:
                Set(place, new JsonArray(Get(place)?.DeepClone()));
                break;
            case 4:
                Set(place, new JsonObject { [random.Pick(Names)] = Get(place)?.DeepClone() });
                break;
            case 5:
                Set(place, Get(random.Pick(places))?.DeepClone());
                break;
            case 6 when Get(place) is JsonObject o:
                o[random.Pick(Names)] = random.OneIn(2) ? Value(random) : Get(random.Pick(places))?.DeepClone();
                break;
            default:
                Set(place, Value(random));
                break;
        }

        return root;
    }

    private static JsonValue Value(FuzzRandom random) => JsonValue.Create($"@@{random.Below(Texts.Length)}");

    private static JsonNode? Get((JsonNode Parent, string? Key, int Index) place) =>
        place.Key is null ? place.Parent[place.Index] : place.Parent[place.Key];

    private static void Set((JsonNode Parent, string? Key, int Index) place, JsonNode? value)
    {
        if (place.Key is null)
            place.Parent[place.Index] = value;
        else
            place.Parent[place.Key] = value;
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, string? Key, int Index)> places)
    {
        if (node is JsonObject o)
            foreach (var (key, child) in o)
            {
                places.Add((o, key, -1));
                Collect(child, places);
            }
        else if (node is JsonArray a)
            for (var i = 0; i < Math.Min(a.Count, 50); i++)
            {
                places.Add((a, null, i));
                Collect(a[i], places);
            }
    }
}
