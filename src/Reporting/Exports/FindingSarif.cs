using System.Text.Json;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Rules;

namespace ImageInsight.Reporting.Exports;

/// <summary>SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html</summary>
internal static class FindingSarif
{
    /// <summary>A result lists where to look, not all of an image.</summary>
    private const int MaxLocations = 20;

    public static async Task WriteAsync(ExportedFindings export, Stream stream, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, export);
        json.WriteStartArray("results");
        foreach (var finding in export.Findings)
        {
            WriteResult(json, finding);
            await json.FlushAsync(cancellationToken);
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteString("image", export.Name);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private static void WriteTool(Utf8JsonWriter json, ExportedFindings export)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "ImageInsight");
        json.WriteStartArray("rules");
        foreach (var id in FindingCatalogue.RuleIds)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteStartObject("shortDescription");
            json.WriteString("text", RuleText.Find(id)?.Title ?? id);
            json.WriteEndObject();
            json.WriteString("helpUri", $"{export.Service}/docs/findings/{id}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.RuleId);
        json.WriteString("level", finding.Severity switch
        {
            Severity.High => "error",
            Severity.Medium => "warning",
            _ => "note",
        });
        json.WriteStartObject("message");
        json.WriteString("text", $"{finding.Title}. {finding.Fix.Text}");
        json.WriteEndObject();
        json.WriteStartArray("locations");
        foreach (var path in finding.Paths.Take(MaxLocations))
            WriteLocation(json, path.Path.TrimStart('/'));
        if (finding.Paths.Count == 0)
            WriteLocation(json, "Dockerfile");
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("finding/v1", finding.Id);
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("confidence", finding.Confidence.ToString().ToLowerInvariant());
        json.WriteNumber("diskBytes", finding.DiskBytes);
        json.WriteNumber("pullBytes", finding.PullBytes);
        if (finding.Layer is { } layer)
            json.WriteNumber("layer", layer);
        json.WriteString("instruction", finding.Instruction);
        json.WriteNumber("pathCount", finding.PathCount);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, string path)
    {
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        // Names may hold anything; a URI may not.
        json.WriteString(
            "uri", Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal) is { Length: > 0 } uri ? uri
                : ".");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
