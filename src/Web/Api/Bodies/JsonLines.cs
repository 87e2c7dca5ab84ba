using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageInsight.Web.Api.Bodies;

/// <summary>A JSON value a line (NDJSON), written while they are made: none of them need be held.</summary>
internal sealed class JsonLines<T> : IMediaTypes
{
    public static IReadOnlyList<string> All => [JsonLines.MediaType];

    /// <summary>Of a line.</summary>
    public static Type Shape => typeof(T);
}

internal static class JsonLines
{
    public const string MediaType = "application/x-ndjson";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static bool AreWanted(HttpRequest request) =>
        request.GetTypedHeaders().Accept?.Any(a => a.MediaType == MediaType) == true;

    public static SentBody<JsonLines<T>> Create<T>(IEnumerable<T> values, CancellationToken cancellationToken) =>
        SentBody<JsonLines<T>>.FromWriter(MediaType, stream => WriteAsync(values, stream, cancellationToken));

    private static async Task WriteAsync<T>(IEnumerable<T> values, Stream stream, CancellationToken cancellationToken)
    {
        var newline = "\n"u8.ToArray();
        await using var buffered = new BufferedStream(stream, 64 << 10);
        foreach (var value in values)
        {
            await JsonSerializer.SerializeAsync(buffered, value, Options, cancellationToken);
            await buffered.WriteAsync(newline, cancellationToken);
        }
    }
}
