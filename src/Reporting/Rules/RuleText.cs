using System.Globalization;
using ImageInsight.Analysis.Findings;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace ImageInsight.Reporting.Rules;

/// <summary>A page of docs/findings, which the build puts into the program.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Html">What stands below the heading.</param>
public sealed record RuleText(string Title, string Html)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().Build();

    /// <summary>Every rule by its id, with the title of its page.</summary>
    public static IReadOnlyList<(string Rule, string Title)> All { get; } =
    [
        .. FindingCatalogue.RuleIds.Select(r => (Rule: r, Title: Find(r)?.Title ?? r))
            .OrderBy(r => r.Title, StringComparer.Ordinal),
    ];

    /// <summary>Null when there is no such rule.</summary>
    public static RuleText? Find(string rule)
    {
        using var stream = typeof(RuleText).Assembly.GetManifestResourceStream("findings/" + rule);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    internal static RuleText Parse(string markdown)
    {
        var page = Markdown.Parse(markdown, Pipeline);
        var title = "";
        if (page.FirstOrDefault() is HeadingBlock { Level: 1 } heading)
        {
            title = markdown[heading.Span.Start..(heading.Span.End + 1)].TrimStart('#', ' ');
            page.Remove(heading);
        }

        // What scrolls must be reachable by keyboard.
        foreach (var code in page.Descendants<CodeBlock>())
            code.GetAttributes().AddProperty("tabindex", "0");
        using var html = new StringWriter(CultureInfo.InvariantCulture);
        var renderer = new HtmlRenderer(html);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.FindExact<CodeBlockRenderer>()!.OutputAttributesOnPre = true;
        renderer.Render(page);
        return new RuleText(title, html.ToString());
    }
}
