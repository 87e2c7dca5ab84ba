using System.Text;
using ImageInsight.Analysis.Findings;
using ImageInsight.Reporting.Wording;

namespace ImageInsight.Reporting.Exports;

/// <summary>A table and the fixes, for a merge request or a wiki.</summary>
internal static class FindingMarkdown
{
    public static async Task WriteAsync(ExportedFindings export, Stream stream, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        await writer.WriteLineAsync($"# What can go from {Escape(export.Name)}\n");
        if (export.Findings.Count == 0)
        {
            await writer.WriteLineAsync("Nothing was found.");
            return;
        }

        await writer.WriteLineAsync(
            "| on disk | to pull | severity | confidence | finding | layer |\n|--:|--:|---|---|---|--:|");
        foreach (var f in export.Findings)
            await writer.WriteLineAsync(Row(f, export.PullEstimated).AsMemory(), cancellationToken);
        foreach (var f in export.Findings)
        {
            await writer.WriteLineAsync(Details(f, export.Service).AsMemory(), cancellationToken);
            await writer.FlushAsync(cancellationToken);
        }
    }

    /// <summary>
    /// A name as text: no markup, no link (GitHub makes one of a bare address, too), no mark that turns the line
    /// around.
    /// </summary>
    internal static string Escape(string text)
    {
        var shown = SafeText.Show(text.ReplaceLineEndings(" "));
        var escaped = new StringBuilder();
        for (var i = 0; i < shown.Length; i++)
        {
            var c = shown[i];
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~' or '!')
                escaped.Append('\\');
            escaped.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '@' => "&#64;",
                ':' when shown.AsSpan(i).StartsWith("://") => "&#58;",
                '.' when shown.AsSpan(0, i).EndsWith("www", StringComparison.OrdinalIgnoreCase) => "&#46;",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }

    private static string Row(Finding f, bool estimated) =>
        $"| {Bytes.Text(f.DiskBytes)} | {Bytes.Text(f.PullBytes, estimated)} "
            + $"| {f.Severity.ToString().ToLowerInvariant()} | "
            + $"{f.Confidence.ToString().ToLowerInvariant()} " +
        $"| {Escape(f.Title)} | {f.Layer} |";

    private static string Details(Finding f, string service)
    {
        // A fence longer than any run of backticks inside.
        var fence = "```";
        while (f.Fix.Snippet.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return $"\n## {Escape(f.Title)}\n\n"
            + $"{(f.Instruction is null ? "" : $"Layer {f.Layer}: {Escape(f.Instruction)}\n\n")}" +
            $"{Escape(f.Fix.Text)} [About this finding]({service}/docs/findings/{f.RuleId})"
            + (f.Fix.Snippet.Length == 0 ? "" : $"\n\n{fence}\n{f.Fix.Snippet}\n{fence}");
    }
}
