using System.Text;

namespace ImageInsight.Analysis.Instructions;

/// <summary>Lines of a snippet that are too long to be read are wrapped between arguments.</summary>
internal static class SnippetLines
{
    private const int Widest = 110;

    private const string Indent = "        ";

    private static readonly string[] Wrapped = ["RUN ", "&& ", "COPY ", "ADD "];

    public static string Wrap(string snippet) =>
        !snippet.Split('\n').Any(IsLong) ? snippet
            : string.Join('\n', snippet.Split('\n').Select(l => IsLong(l) ? WrapLine(l) : l));

    /// <summary>What is no instruction cannot go on, and a comment behind one would.</summary>
    private static bool IsLong(string line) => line.Length > Widest
        && Array.Exists(Wrapped, w => line.AsSpan().TrimStart().StartsWith(w, StringComparison.Ordinal))
        && !line.Contains(" # ", StringComparison.Ordinal) && !line.Contains('\r', StringComparison.Ordinal);

    private static string WrapLine(string line)
    {
        var text = new StringBuilder(line.Length + 64);
        var width = 0;
        foreach (var word in Words(line))
        {
            // Neither the instruction's first word nor the backslash that ends the line stands alone.
            if (width + 1 + word.Length > Widest && width > Indent.Length && word != "\\")
            {
                text.Append(" \\\n").Append(Indent);
                width = Indent.Length;
            }
            else if (text.Length > 0)
            {
                text.Append(' ');
                width++;
            }

            text.Append(word);
            width += word.Length;
        }

        return text.ToString();
    }

    /// <summary>Cut at blanks outside of quotes; those at the beginning are the first word's.</summary>
    private static IEnumerable<string> Words(string line)
    {
        var (start, quote) = (0, '\0');
        var begun = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            begun |= c != ' ';
            if (c is '"' or '\'' && (quote == '\0' || quote == c))
                quote = quote == c ? '\0' : c;
            else if (c == '\\' && i + 1 < line.Length && quote != '\'')
                i++;
            else if (c == ' ' && begun && quote == '\0')
            {
                yield return line[start..i];
                start = i + 1;
            }
        }

        yield return line[start..];
    }
}
