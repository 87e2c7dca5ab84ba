using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>Facts as they stand in a capture's bytes.</summary>
[JsonSerializable(typeof(ElfFacts))]
[JsonSerializable(typeof(JarFacts))]
internal sealed partial class StoredFacts : JsonSerializerContext
{
    public static T? Parse<T>(byte[] bytes, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
