using System.Globalization;
using System.Text.Json;

namespace ImageInsight.Reporting.BillsOfMaterials;

/// <summary>
/// The licences of one SPDX document: an expression where what is stated is one, else a reference to the text as it is
/// stated.
/// </summary>
internal sealed class DeclaredLicenses
{
    private const string Nothing = "NOASSERTION";

    /// <summary>By what is stated; SPDX wants every reference explained once.</summary>
    private readonly Dictionary<string, string> ids = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    public string Declare(string? stated)
    {
        if (stated is null)
            return Nothing;
        if (ids.TryGetValue(stated, out var known))
            return known;
        if (SpdxExpression.Parse(stated) is { } expression)
        {
            foreach (var reference in expression.References)
                texts.TryAdd(reference, $"{reference}: named so in the metadata of a package. Its text was not read.");
            return ids[stated] = expression.Text;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"LicenseRef-ImageInsight-{ids.Count + 1}");
        texts[id] = stated;
        return ids[stated] = id;
    }

    public void Write(Utf8JsonWriter json)
    {
        if (texts.Count == 0)
            return;
        json.WriteStartArray("hasExtractedLicensingInfos");
        foreach (var (id, text) in texts)
        {
            json.WriteStartObject();
            json.WriteString("licenseId", id);
            json.WriteString("extractedText", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
