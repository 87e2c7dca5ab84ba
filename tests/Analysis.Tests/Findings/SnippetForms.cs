using System.Text;
using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>
/// The snippets that rules can give, read from their source: every text that begins as a Dockerfile or a .dockerignore
/// does, with what stands in its {holes} as written.
/// </summary>
internal static partial class SnippetForms
{
    public static IEnumerable<(string File, string Text)> InFolder(string folder) =>
        Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(f => Texts(File.ReadAllText(f)).Where(t => Begins().IsMatch(t))
                .Select(t => (Path.GetFileNameWithoutExtension(f), t)));

    /// <summary>Texts of a source, joined where a plus stands between them.</summary>
    private static List<string> Texts(string source)
    {
        var texts = new List<string>();
        var last = -1;
        for (var i = 0; i < source.Length; i++)
            if (source.AsSpan(i).StartsWith("//"))
                i = source.IndexOf('\n', i);
            else if (source[i] == '\'')
                i = source[i + 1] == '\\' ? source.IndexOf('\'', i + 3) : i + 2;
            else if (source[i] == '"')
            {
                var holes = i > 0 && source[i - 1] == '$';
                var start = holes ? i - 1 : i;
                var text = Read(source, ref i, holes);
                if (last >= 0 && source[last..start].Trim() == "+")
                    texts[^1] += text;
                else
                    texts.Add(text);
                last = i + 1;
            }

        return texts;
    }

    /// <param name="at">The first quotation mark, then the last one.</param>
    private static string Read(string source, ref int at, bool holes)
    {
        var text = new StringBuilder();
        for (at++; source[at] != '"'; at++)
            if (source[at] == '\\')
                text.Append(source[++at] switch { 'n' => '\n', 't' => '\t', var c => c });
            else if (holes && source[at] is '{' or '}' && source[at + 1] == source[at])
                text.Append(source[at++]);
            else if (holes && source[at] == '{')
            {
                var start = at;
                for (var depth = 0; ; at++)
                    if (source[at] == '"')
                        Read(source, ref at, holes: false);
                    else if (source[at] == '{')
                        depth++;
                    else if (source[at] == '}' && --depth == 0)
                        break;
                text.Append(Blanks().Replace(source[start..(at + 1)], " "));
            }
            else
                text.Append(source[at]);
        return text.ToString();
    }

    [GeneratedRegex(@"^(?:(?:RUN|FROM|COPY|ADD|ENV|USER) \S*.|# (?!\s*$)|\.dockerignore|\{[^}]*\}.*<source>)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Begins();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
