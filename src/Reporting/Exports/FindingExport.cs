using ImageInsight.Analysis.Findings;

namespace ImageInsight.Reporting.Exports;

/// <summary>A form in which findings leave the service, written finding by finding.</summary>
public sealed record FindingExport(
    string MediaType, string Extension, Func<ExportedFindings, Stream, CancellationToken, Task> WriteAsync)
{
    private static readonly Dictionary<string, FindingExport> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["csv"] = new("text/csv; charset=utf-8", "csv", FindingCsv.WriteAsync),
        ["sarif"] = new("application/sarif+json", "sarif", FindingSarif.WriteAsync),
        ["markdown"] = new("text/markdown; charset=utf-8", "md", FindingMarkdown.WriteAsync),
        ["junit"] = new("application/xml; charset=utf-8", "xml", FindingJUnit.WriteAsync),
    };

    public static FindingExport? Find(string format) => Formats.GetValueOrDefault(format);
}

/// <param name="Name">Of the image, as people gave it.</param>
/// <param name="Service">Where the pages of the rules are, for example <c>http://localhost:5080</c>.</param>
/// <param name="PullEstimated">Whether pull bytes are estimates.</param>
public sealed record ExportedFindings(
    string Name, string Service, IReadOnlyList<Finding> Findings, bool PullEstimated = false);
