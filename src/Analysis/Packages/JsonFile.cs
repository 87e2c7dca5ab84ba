using System.Text.Json;

namespace ImageInsight.Analysis.Packages;

/// <summary>JSON that others wrote: every look at it may find nothing, or something of another kind.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Options =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    public static JsonDocument? Parse(byte[] bytes)
    {
        try
        {
            var body = bytes.AsMemory();
            return JsonDocument.Parse(body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body, Options);
        }
        catch (JsonException)
        {
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
}
