using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageInsight.Analysis.Findings;

/// <summary>
/// Remedies as JSON text, for whoever stores findings; made at build time, so that it works compiled ahead of time.
/// </summary>
public static class RemedyJson
{
    public static string Write(Remedy remedy) => JsonSerializer.Serialize(remedy, RemedyJsonContext.Default.Remedy);

    public static Remedy? Read(string json) => JsonSerializer.Deserialize(json, RemedyJsonContext.Default.Remedy);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Remedy))]
internal sealed partial class RemedyJsonContext : JsonSerializerContext;
