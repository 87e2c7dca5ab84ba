using System.Text.Json.Serialization;

namespace ImageInsight.Analysis.Sources;

/// <summary>
/// How the documents are read, made when this is built: to find it out by reflection takes longer than to read them.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(List<DockerManifest>))]
[JsonSerializable(typeof(OciLayout))]
[JsonSerializable(typeof(OciDocument))]
[JsonSerializable(typeof(ImageConfig))]
internal sealed partial class ImageDocuments : JsonSerializerContext;
