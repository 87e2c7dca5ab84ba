using System.Globalization;
using System.Text.Json;

namespace ImageInsight.Reporting.BillsOfMaterials;

/// <summary>SPDX 2.3 as JSON, https://spdx.github.io/spdx-spec/v2.3/</summary>
internal static class SbomSpdx
{
    private const string Document = "SPDXRef-DOCUMENT";

    private const string Image = "SPDXRef-Image";

    public static async Task WriteAsync(BillOfMaterials bill, Stream stream, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("spdxVersion", "SPDX-2.3");
        json.WriteString("dataLicense", "CC0-1.0");
        json.WriteString("SPDXID", Document);
        json.WriteString("name", bill.Name);
        json.WriteString("documentNamespace", $"urn:uuid:{bill.Id}");
        json.WriteStartObject("creationInfo");
        json.WriteString("created", bill.MadeAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteStartArray("creators");
        json.WriteStringValue("Tool: ImageInsight");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("packages");
        var licenses = new DeclaredLicenses();
        WritePackage(json, Image, bill.Name, bill.ConfigDigest, licenses.Of(null), purl: null, purpose: "CONTAINER", comment: bill.Part);
        for (var i = 0; i < bill.Packages.Count; i++)
        {
            var package = bill.Packages[i];
            WritePackage(json, IdOf(i), package.Name, package.Version, licenses.Of(package.License), package.Purl, purpose: null, string.Create(
                CultureInfo.InvariantCulture,
                $"found at {package.FoundAt}, layer {package.Layer}, {package.DiskBytes} bytes on disk, {package.PullBytes} to pull, {package.DeadBytes} hidden"));
            if (i % 100 == 0)
                await json.FlushAsync(cancellationToken);
        }

        json.WriteEndArray();
        licenses.Write(json);
        json.WriteStartArray("relationships");
        WriteRelationship(json, Document, "DESCRIBES", Image);
        for (var i = 0; i < bill.Packages.Count; i++)
        {
            WriteRelationship(json, Image, "CONTAINS", IdOf(i));
            foreach (var need in bill.Needs[i].Where(n => n != i).Distinct())
                WriteRelationship(json, IdOf(i), "DEPENDS_ON", IdOf(need));
            if (bill.Packages[i].Development)
                WriteRelationship(json, IdOf(i), "DEV_DEPENDENCY_OF", Image);
            if (i % 100 == 0)
                await json.FlushAsync(cancellationToken);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private static void WritePackage(Utf8JsonWriter json, string id, string name, string version, string license, string? purl, string? purpose, string? comment)
    {
        json.WriteStartObject();
        json.WriteString("SPDXID", id);
        json.WriteString("name", name);
        if (version.Length > 0)
            json.WriteString("versionInfo", version);
        json.WriteString("downloadLocation", "NOASSERTION");
        json.WriteBoolean("filesAnalyzed", false);
        json.WriteString("licenseConcluded", "NOASSERTION");
        json.WriteString("licenseDeclared", license);
        json.WriteString("copyrightText", "NOASSERTION");
        if (purpose is not null)
            json.WriteString("primaryPackagePurpose", purpose);
        if (comment is not null)
            json.WriteString("comment", comment);
        if (purl is not null)
        {
            json.WriteStartArray("externalRefs");
            json.WriteStartObject();
            json.WriteString("referenceCategory", "PACKAGE-MANAGER");
            json.WriteString("referenceType", "purl");
            json.WriteString("referenceLocator", purl);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteRelationship(Utf8JsonWriter json, string from, string kind, string to)
    {
        json.WriteStartObject();
        json.WriteString("spdxElementId", from);
        json.WriteString("relationshipType", kind);
        json.WriteString("relatedSpdxElement", to);
        json.WriteEndObject();
    }

    private static string IdOf(int position) => "SPDXRef-Package-" + position.ToString(CultureInfo.InvariantCulture);
}
