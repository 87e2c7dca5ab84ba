using System.Buffers;
using System.Globalization;
using System.Text;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;

namespace ImageInsight.Reporting.Exports;

/// <summary>RFC 4180, a line a finding. What a spreadsheet would take for a formula is made text.</summary>
internal static class FindingCsv
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    public static async Task WriteAsync(ExportedFindings export, Stream stream, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(
            stream, new UTF8Encoding(false), leaveOpen: true)
        { NewLine = "\r\n" };
        await writer.WriteLineAsync(
            "id,ruleId,title,severity,confidence,diskBytes,pullBytes,layer,instruction,pathCount,biggestPath,fix,"
                + "snippet,knownAs");
        foreach (var f in export.Findings)
        {
            await writer.WriteLineAsync(Line(f).AsMemory(), cancellationToken);
            await writer.FlushAsync(cancellationToken);
        }
    }

    // https://owasp.org/www-community/attacks/CSV_Injection
    internal static string Text(string? text)
    {
        var value = SafeText.ShowMarks(text);
        if (value.Length > 0
            && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '|' or '%' or '＝' or '＋' or '－' or '＠')
            value = "'" + value;
        return value.AsSpan().ContainsAny(Special) ? '"' + value.Replace("\"", "\"\"", StringComparison.Ordinal) + '"'
            : value;
    }

    private static string Line(Finding f) => string.Join(
        ',',
        Text(f.Id),
        Text(f.RuleId),
        Text(f.Title),
        f.Severity.ToString().ToLowerInvariant(),
        f.Confidence.ToString().ToLowerInvariant(),
        f.DiskBytes.ToString(CultureInfo.InvariantCulture),
        f.PullBytes.ToString(CultureInfo.InvariantCulture),
        f.Layer?.ToString(CultureInfo.InvariantCulture),
        Text(f.Instruction),
        f.PathCount.ToString(CultureInfo.InvariantCulture),
        Text(f.Paths.Count > 0 ? f.Paths[0].Path : ""),
        Text(f.Fix.Text),
        Text(f.Fix.Snippet),
        Text(string.Join(' ', f.KnownAs)));
}
