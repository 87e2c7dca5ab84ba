namespace ImageInsight.Reporting.Rules;

/// <summary>A page of docs/findings, which the build puts into the program: a title, and sections of paragraphs and code.</summary>
public sealed record RuleText(string Title, IReadOnlyList<(string Heading, IReadOnlyList<(string Text, bool IsCode)> Blocks)> Sections)
{
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
        var title = "";
        var sections = new List<(string, IReadOnlyList<(string, bool)>)>();
        var blocks = new List<(string, bool)>();
        List<string>? code = null;
        foreach (var line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (code is not null)
                    blocks.Add((string.Join('\n', code), true));
                code = code is null ? [] : null;
            }
            else if (code is not null)
                code.Add(line);
            else if (line.StartsWith("# ", StringComparison.Ordinal))
                title = line[2..];
            else if (line.StartsWith("## ", StringComparison.Ordinal))
                sections.Add((line[3..], blocks = []));
            else if (line.Length > 0)
                blocks.Add((line, false));
        }

        return new RuleText(title, sections);
    }
}
