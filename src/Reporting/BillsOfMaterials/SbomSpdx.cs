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
        WritePackage(json, new SpdxPackage(Image, bill.Name, bill.ConfigDigest, licenses.Declare(null))
        {
            Purpose = "CONTAINER",
            Comment = bill.Part,
        });
        for (var i = 0; i < bill.Packages.Count; i++)
        {
            var package = bill.Packages[i];
            WritePackage(
                json, new SpdxPackage(IdOf(i), package.Name, package.Version, licenses.Declare(package.License))
                {
                    Purl = package.Purl,
                    Comment = string.Create(
                        CultureInfo.InvariantCulture,
                        $"found at {package.FoundAt}, layer {package.Layer}, {package.DiskBytes} bytes on disk, ")
                        + string.Create(
                            CultureInfo.InvariantCulture,
                            $"{package.PullBytes} to pull, {package.WastedBytes} wasted"),
                });
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

    private static void WritePackage(Utf8JsonWriter json, SpdxPackage package)
    {
        json.WriteStartObject();
        json.WriteString("SPDXID", package.Id);
        json.WriteString("name", package.Name);
        if (package.Version.Length > 0)
            json.WriteString("versionInfo", package.Version);
        json.WriteString("downloadLocation", "NOASSERTION");
        json.WriteBoolean("filesAnalyzed", false);
        json.WriteString("licenseConcluded", "NOASSERTION");
        json.WriteString("licenseDeclared", package.License);
        json.WriteString("copyrightText", "NOASSERTION");
        if (package.Purpose is not null)
            json.WriteString("primaryPackagePurpose", package.Purpose);
        if (package.Comment is not null)
            json.WriteString("comment", package.Comment);
        if (package.Purl is not null)
        {
            json.WriteStartArray("externalRefs");
            json.WriteStartObject();
            json.WriteString("referenceCategory", "PACKAGE-MANAGER");
            json.WriteString("referenceType", "purl");
            json.WriteString("referenceLocator", package.Purl);
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

    private sealed record SpdxPackage(string Id, string Name, string Version, string License)
    {
        public string? Purl { get; init; }

        public string? Purpose { get; init; }

        public string? Comment { get; init; }
    }
}
