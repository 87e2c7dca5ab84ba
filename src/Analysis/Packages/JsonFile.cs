using System.Text.Json;

namespace ImageInsight.Analysis.Packages;

/// <summary>JSON that others wrote: every look at it may find nothing, or something of another kind.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Options =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    /// <summary>A row of twelve bytes each, in a table that is copied when it grows.</summary>
    private const int BytesPerValue = 24;

    /// <summary>A byte is read once, and looked at again by whoever reads what is in it.</summary>
    private const int StepsPerByte = 4;

    /// <returns>Null when it is no JSON.</returns>
    public static OpenJson? Parse(byte[] bytes, WorkBudget work)
    {
        var body = bytes.AsMemory();
        if (body.Span.StartsWith("\uFEFF"u8))
            body = body[3..];
        work.Spend((long)body.Length * StepsPerByte);
        var held = MostValues(body.Span) * BytesPerValue;
        work.Hold(held);
        try
        {
            return new OpenJson(JsonDocument.Parse(body, Options), work, held);
        }
        catch (JsonException)
        {
            work.Release(held);
            return null;
        }
    }

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    public static string Text(this JsonElement element, string name) =>
        element.Member(name) is { } value ? value.Text() : "";

    public static string Text(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return "";
        try
        {
            return element.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return "";
        }
    }

    public static bool Flag(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.True };

    public static IEnumerable<JsonProperty> Members(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } e ? e.EnumerateObject() : [];

    public static IEnumerable<JsonElement> Items(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } e ? e.EnumerateArray() : [];

    /// <summary>A member's name; empty when it is no text.</summary>
    public static string Key(this JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>Every value but the first follows a comma, a colon or a bracket; a list and an object have two
    /// rows.</summary>
    private static long MostValues(ReadOnlySpan<byte> body) =>
        2L + body.Count((byte)',') + body.Count((byte)':') + (2L * (body.Count((byte)'[') + body.Count((byte)'{')));

    /// <summary>A document and the memory that it holds, until it is disposed of.</summary>
    internal sealed class OpenJson(JsonDocument document, WorkBudget work, long held) : IDisposable
    {
        public JsonElement RootElement => document.RootElement;

        public void Dispose()
        {
            document.Dispose();
            work.Release(held);
        }
    }
}
