using System.Text;
using ImageInsight.Analysis.Dockerfiles.Reading;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>
/// Writes instructions as lines that can be read: long lists of commands are wrapped at their operators.
/// </summary>
internal static class Layout
{
    private const int Wide = 80;
    private const int Widest = 110;

    /// <summary>The instruction's own lines, without its margin.</summary>
    public static IReadOnlyList<string> Lines(Step step)
    {
        if (step.Keyword.Length == 0)
            return ["# " + step.Text];
        var head = step.Keyword + string.Concat(step.Options.Select(o => " " + o)) + " ";
        if (!step.IsRun)
            return [(head + step.Text).TrimEnd()];
        if (step.Text.AsSpan().TrimEnd('\n').Contains('\n'))
            return Document(head, step.Text);
        var commands = step.Script()?.Commands;
        if (commands is null || (head.Length + step.Text.Length <= Wide && commands.Count <= 2))
            return [head + (commands is null ? step.Text : step.Script()!.ToString())];
        var lines = new List<string>();
        var line = new StringBuilder(head);
        for (var i = 0; i < commands.Count; i++)
        {
            var command = commands[i];
            if (i > 0 && commands[i - 1].Operator is "&&")
                Break(lines, line, "    && ");
            else if (i > 0 && commands[i - 1].Operator is ";")
                Break(lines, line, "    ");
            else if (i > 0)
                line.Append(" || ");
            foreach (var word in command.Words.Count > 0 ? command.Words.Select(w => w.Raw) : [command.Text])
            {
                if (line.Length + word.Length > Widest)
                    Break(lines, line, "        ");
                if (line[^1] != ' ')
                    line.Append(' ');
                line.Append(word);
            }

            if (command.Operator == ";")
                line.Append(';');
        }

        lines.Add(line.ToString());
        return lines;
    }

    private static void Break(List<string> lines, StringBuilder line, string next)
    {
        lines.Add(line.ToString().TrimEnd() + " \\");
        line.Clear().Append(next);
    }

    // BuildKit keeps the lines of RUN <<EOF; a line that names its own here-document is one already.
    private static IReadOnlyList<string> Document(string head, string text)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (HereDocuments.EndIt(text))
            return [head + lines[0], .. lines[1..]];
        var mark = "EOF";
        while (lines.Contains(mark))
            mark += "_";
        return [head + "<<" + mark, .. lines, mark];
    }
}
