using System.Text.Json;

namespace ImageInsight.Data.Stores;

/// <summary>Lists that are only ever read whole are kept as JSON text.</summary>
internal static class StoredJson
{
    public static string Write<T>(IReadOnlyList<T> list) => StoredText.Of(JsonSerializer.Serialize(list), int.MaxValue);

    public static IReadOnlyList<T> Read<T>(string json) => JsonSerializer.Deserialize<List<T>>(json) ?? [];
}
