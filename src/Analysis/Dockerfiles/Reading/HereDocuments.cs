using System.Text.RegularExpressions;

namespace ImageInsight.Analysis.Dockerfiles.Reading;

/// <summary>Here-documents of a Dockerfile: what BuildKit keeps of them in the history, and what it loses.</summary>
internal static partial class HereDocuments
{
    /// <summary>Of a line; each is looked for below it.</summary>
    private const int Most = 16;

    // COPY <<EOF /etc/app.conf           the content is not in the history
    // RUN /bin/sh -c /dev/pipes/EOF      that of a script with an interpreter of its own neither
    // RUN /bin/sh -c cat <<EOF > /x      nor, with some versions, what follows a command
    /// <summary>True for an instruction whose text is gone, so that the line alone does not build.</summary>
    public static bool AreLost(string keyword, string text) => keyword switch
    {
        "COPY" or "ADD" => text.StartsWith("<<", StringComparison.Ordinal)
            || text.Contains(" <<", StringComparison.Ordinal),
        "RUN" => Pipe().IsMatch(text) || (End(text) < 0 && !text.StartsWith('[')),
        _ => false,
    };

    /// <summary>True when a RUN is whole with the documents that its first line names.</summary>
    public static bool EndIt(string text) => End(text) is var end && end > 0 && end == Lines(text).Length;

    /// <summary>
    /// The line behind the last document that the first line names; 0 when it names none, -1 when one has no end.
    /// </summary>
    private static int End(string text)
    {
        var lines = Lines(text);
        var at = 1;
        var found = false;
        foreach (Match match in Mark().Matches(lines[0]).Take(Most))
        {
            found = true;
            var (name, isIndented) = (match.Groups["name"].Value, match.Groups["tabs"].Length > 0);
            while (at < lines.Length && (isIndented ? lines[at].TrimStart('\t') : lines[at]) != name)
                at++;
            if (at++ >= lines.Length)
                return -1;
        }

        return found ? at : 0;
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    // No here-string (<<<), and no shift: $((1 << 4)).
    [GeneratedRegex(
        @"(?<![<\w)])<<(?<tabs>-?)\s?(?<quote>[""']?)(?<name>[A-Za-z_][\w.]*)\k<quote>(?=[\s;|&)>]|$)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Mark();

    [GeneratedRegex(@"(?:^|\s)/dev/pipes/\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Pipe();
}
