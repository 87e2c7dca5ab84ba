using System.Globalization;
using System.Text;
using System.Xml;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;

namespace ImageInsight.Reporting.Exports;

/// <summary>
/// JUnit XML for pipelines: a finding that is safe or probable is a failure, one that is only maybe is skipped, and a
/// rule that found nothing has passed.
/// </summary>
internal static class FindingJUnit
{
    public static async Task WriteAsync(ExportedFindings export, Stream stream, CancellationToken cancellationToken)
    {
        var passed = FindingCatalogue.RuleIds.Except(export.Findings.Select(f => f.RuleId)).ToList();
        var settings = new XmlWriterSettings { Async = true, Indent = true, Encoding = new UTF8Encoding(false) };
        await using var xml = XmlWriter.Create(stream, settings);
        await xml.WriteStartDocumentAsync();
        await xml.WriteStartElementAsync(null, "testsuites", null);
        await xml.WriteStartElementAsync(null, "testsuite", null);
        await AttributeAsync(xml, "name", export.Name);
        await AttributeAsync(xml, "tests", Number(export.Findings.Count + passed.Count));
        await AttributeAsync(xml, "failures", Number(export.Findings.Count(IsFailure)));
        await AttributeAsync(xml, "skipped", Number(export.Findings.Count(f => !IsFailure(f))));
        foreach (var finding in export.Findings)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await CaseAsync(xml, finding.RuleId, finding.Id);
            await xml.WriteStartElementAsync(null, IsFailure(finding) ? "failure" : "skipped", null);
            await AttributeAsync(xml, "message", finding.Title);
            if (IsFailure(finding))
            {
                await AttributeAsync(xml, "type", finding.RuleId);
                await xml.WriteStringAsync(Clean(
                    $"{finding.DiskBytes} bytes on disk, {finding.PullBytes} to "
                        + $"pull\n{finding.Instruction}\n{finding.Fix.Text}\n{finding.Fix.Snippet}".TrimEnd()));
            }

            await xml.WriteEndElementAsync();
            await xml.WriteEndElementAsync();
            await xml.FlushAsync();
        }

        foreach (var rule in passed)
        {
            await CaseAsync(xml, rule, rule);
            await xml.WriteEndElementAsync();
        }

        await xml.WriteEndElementAsync();
        await xml.WriteEndElementAsync();
        await xml.WriteEndDocumentAsync();
        await xml.FlushAsync();
    }

    private static bool IsFailure(Finding finding) => finding.Confidence > Confidence.Maybe;

    private static async Task CaseAsync(XmlWriter xml, string rule, string name)
    {
        await xml.WriteStartElementAsync(null, "testcase", null);
        await AttributeAsync(xml, "classname", "ImageInsight." + rule);
        await AttributeAsync(xml, "name", name);
    }

    private static Task AttributeAsync(XmlWriter xml, string name, string value) =>
        xml.WriteAttributeStringAsync(null, name, null, Clean(value));

    /// <summary>
    /// XML 1.0 cannot hold control characters in any spelling; marks that turn a line around are spelled out.
    /// </summary>
    internal static string Clean(string text)
    {
        text = SafeText.ShowMarks(text);
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            if (XmlConvert.IsXmlChar(text[i]))
                clean.Append(text[i]);
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                clean.Append(text[i]).Append(text[++i]);
            else
                clean.Append('\uFFFD');
        return clean.ToString();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
