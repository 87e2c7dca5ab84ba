using System.Text.Json.Serialization;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>A token, as registries write it: two names for it, and a lifetime that may be missing.</summary>
internal sealed record TokenAnswer(
    [property: JsonPropertyName("token")] string? Token,
    [property: JsonPropertyName("access_token")] string? AccessToken,
    [property: JsonPropertyName("expires_in")] double? ExpiresIn);

[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class TokenDocuments : JsonSerializerContext;
