using System.Text.Json;

namespace ImageInsight.Data.Rows;

/// <summary>What is only ever read whole is kept as JSON text.</summary>
internal static class StoredJson
{
    public static string Write<T>(IReadOnlyList<T> list) =>
        StoredText.Fit(JsonSerializer.Serialize(list), int.MaxValue);

    public static string WriteOne<T>(T value) => StoredText.Fit(JsonSerializer.Serialize(value), int.MaxValue);

    public static T ReadOne<T>(string json)
        where T : class =>
        JsonSerializer.Deserialize<T>(json) ?? throw new InvalidOperationException($"No {typeof(T).Name} is stored.");

    public static IReadOnlyList<T> Read<T>(string json) => JsonSerializer.Deserialize<List<T>>(json) ?? [];
}
