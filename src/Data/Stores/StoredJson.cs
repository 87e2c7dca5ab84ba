using System.Text.Json;

namespace ImageInsight.Data.Stores;

/// <summary>What is only ever read whole is kept as JSON text.</summary>
internal static class StoredJson
{
    public static string Write<T>(IReadOnlyList<T> list) => StoredText.Of(JsonSerializer.Serialize(list), int.MaxValue);

    public static string WriteOne<T>(T value) => StoredText.Of(JsonSerializer.Serialize(value), int.MaxValue);

    public static T? ReadOne<T>(string? json)
        where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json);

    public static IReadOnlyList<T> Read<T>(string json) => JsonSerializer.Deserialize<List<T>>(json) ?? [];
}
