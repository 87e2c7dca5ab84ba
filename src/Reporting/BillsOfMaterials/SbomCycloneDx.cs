using System.Globalization;
using System.Text.Json;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Reporting.BillsOfMaterials;

/// <summary>CycloneDX 1.6 as JSON, https://cyclonedx.org/docs/1.6/json/</summary>
internal static class SbomCycloneDx
{
    private const string Image = "image";

    public static async Task WriteAsync(BillOfMaterials bill, Stream stream, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        json.WriteString("bomFormat", "CycloneDX");
        json.WriteString("specVersion", "1.6");
        json.WriteString("serialNumber", $"urn:uuid:{bill.Id}");
        json.WriteNumber("version", 1);
        WriteMetadata(json, bill);
        json.WriteStartArray("components");
        for (var i = 0; i < bill.Packages.Count; i++)
        {
            WriteComponent(json, i, bill.Packages[i]);
            if (i % 100 == 0)
                await json.FlushAsync(cancellationToken);
        }

        json.WriteEndArray();
        json.WriteStartArray("dependencies");
        WriteNeeds(json, Image, Enumerable.Range(0, bill.Packages.Count));
        for (var i = 0; i < bill.Packages.Count; i++)
        {
            WriteNeeds(json, RefOf(i), bill.Needs[i].Where(n => n != i).Distinct());
            if (i % 100 == 0)
                await json.FlushAsync(cancellationToken);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private static void WriteMetadata(Utf8JsonWriter json, BillOfMaterials bill)
    {
        json.WriteStartObject("metadata");
        json.WriteString("timestamp", bill.MadeAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("tools");
        json.WriteStartArray("components");
        json.WriteStartObject();
        json.WriteString("type", "application");
        json.WriteString("name", "ImageInsight");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("component");
        json.WriteString("type", "container");
        json.WriteString("bom-ref", Image);
        json.WriteString("name", bill.Name);
        json.WriteString("version", bill.ConfigDigest);
        json.WriteStartArray("properties");
        foreach (var tag in bill.Tags)
            Property(json, "tag", tag);
        if (bill.Part is not null)
            Property(json, "part", bill.Part);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter json, int position, Package package)
    {
        json.WriteStartObject();
        json.WriteString("type", "library");
        json.WriteString("bom-ref", RefOf(position));
        json.WriteString("name", package.Name);
        if (package.Version.Length > 0)
            json.WriteString("version", package.Version);
        if (package.Development)
            json.WriteString("scope", "excluded");
        if (package.License is not null)
            WriteLicenses(json, package.License);
        json.WriteString("purl", package.Purl);
        json.WriteStartObject("evidence");
        json.WriteStartArray("occurrences");
        json.WriteStartObject();
        json.WriteString("location", package.FoundAt);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("properties");
        Property(json, "layer", Text(package.Layer));
        Property(json, "diskBytes", Text(package.DiskBytes));
        Property(json, "pullBytes", Text(package.PullBytes));
        Property(json, "wastedBytes", Text(package.WastedBytes));
        Property(json, "files", Text(package.Files));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One expression, or licences: the schema takes no mixture.</summary>
    private static void WriteLicenses(Utf8JsonWriter json, string stated)
    {
        json.WriteStartArray("licenses");
        if (SpdxExpression.Parse(stated) is { Id: null } expression)
        {
            json.WriteStartObject();
            json.WriteString("expression", expression.Text);
            json.WriteString("acknowledgement", "declared");
            json.WriteEndObject();
        }
        else
        {
            foreach (var one in stated.Split("; "))
            {
                var id = SpdxExpression.Parse(one)?.Id;
                json.WriteStartObject();
                json.WriteStartObject("license");
                json.WriteString(id is null ? "name" : "id", id ?? one);
                json.WriteString("acknowledgement", "declared");
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteNeeds(Utf8JsonWriter json, string reference, IEnumerable<int> needs)
    {
        json.WriteStartObject();
        json.WriteString("ref", reference);
        json.WriteStartArray("dependsOn");
        foreach (var need in needs)
            json.WriteStringValue(RefOf(need));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Property(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", "imageinsight:" + name);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    /// <summary>A purl may stand at several places, a reference at one.</summary>
    private static string RefOf(int position) => "package-" + Text(position);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
