using System.Text;
using System.Xml;
using ImageInsight.Reporting.Gates;

namespace ImageInsight.Reporting.Exports;

/// <summary>A verdict for people and pipelines that do not read JSON.</summary>
public sealed record GateExport(string MediaType, Func<GateVerdict, string, string> Write)
{
    private static readonly Dictionary<string, GateExport> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text"] = new("text/plain; charset=utf-8", (v, _) => Text(v)),
        ["markdown"] = new("text/markdown; charset=utf-8", Markdown),
        ["junit"] = new("application/xml; charset=utf-8", (v, _) => JUnit(v)),
    };

    public static GateExport? Find(string format) => Formats.GetValueOrDefault(format);

    private static string Text(GateVerdict verdict)
    {
        var text = new StringBuilder(
            $"{(verdict.Passed ? "passed" : "FAILED")} {Plain(verdict.Name)} ({PartOf(verdict)})\n");
        foreach (var check in verdict.Checks)
            text.Append($"{(check.Passed ? "ok  " : "FAIL")} {check.Name,-13} {Plain(check.Detail)}\n");
        return text.ToString();
    }

    private static string Markdown(GateVerdict verdict, string service)
    {
        var text = new StringBuilder(
            $"**{(verdict.Passed ? "Passed" : "Failed")}**: "
                + $"[{FindingMarkdown.Escape(verdict.Name)}]({service}{verdict.Url}) ({PartOf(verdict)})\n\n");
        text.Append("| check | result | detail |\n|---|---|---|\n");
        foreach (var check in verdict.Checks)
            text.Append($"| {check.Name} | {(check.Passed ? "ok" : "**fail**")} | "
                + $"{FindingMarkdown.Escape(check.Detail)} |\n");
        return text.ToString();
    }

    private static string PartOf(GateVerdict verdict) => verdict.Of switch
    {
        "base" => "base image",
        "yours" => "layers above the base image",
        _ => "whole image",
    };

    private static string JUnit(GateVerdict verdict)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(
            stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", FindingJUnit.Clean(verdict.Name));
            xml.WriteAttributeString("tests", XmlConvert.ToString(verdict.Checks.Count));
            xml.WriteAttributeString("failures", XmlConvert.ToString(verdict.Checks.Count(c => !c.Passed)));
            foreach (var check in verdict.Checks)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("classname", "ImageInsight.gate");
                xml.WriteAttributeString("name", check.Name);
                if (!check.Passed)
                {
                    xml.WriteStartElement("failure");
                    xml.WriteAttributeString("message", FindingJUnit.Clean(check.Detail));
                    xml.WriteAttributeString("type", check.Name);
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>It goes to a terminal: names of images and paths may hold its control characters.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
