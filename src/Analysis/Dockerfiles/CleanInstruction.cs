using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ImageInsight.Analysis.Dockerfiles.Reading;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>
/// An instruction of the history as somebody would write it in a Dockerfile: lists as JSON, values quoted, no content
/// hashes.
/// </summary>
internal static partial class CleanInstruction
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
        "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    };

    /// <summary>
    /// The keyword and the rest; the keyword is empty where the line is no instruction of a Dockerfile.
    /// </summary>
    /// <param name="config">What instructions set, for what builders lose of them.</param>
    public static (string Keyword, string Text) Read(string instruction, ConfigValues? config = null)
    {
        var text = instruction.Trim();
        var space = text.AsSpan().IndexOfAny(' ', '\t');
        var keyword = (space < 0 ? text : text[..space]).ToUpperInvariant();
        if (!Keywords.Contains(keyword))
            return ("", text);
        var rest = space < 0 ? "" : text[space..].Trim();
        return keyword == "MAINTAINER" ? ("LABEL", "maintainer=" + Value(rest))
            : (keyword, keyword == "RUN" ? rest : OneLine(Clean(keyword, rest, config ?? ConfigValues.None)));
    }

    private static string Clean(string keyword, string rest, ConfigValues config) => keyword switch
    {
        "ENV" => Assignments(keyword, rest, config.Environment),
        "ARG" => Assignments(keyword, rest, ConfigValues.None.Environment),
        "LABEL" => Assignments(keyword, rest, config.Labels),
        "EXPOSE" => Ports(rest),
        "SHELL" when config.IsShell(rest) => GoText.Json(config.Shell),
        "VOLUME" or "SHELL" => GoText.List(rest) is { } items ? GoText.Json(items) : rest,
        "CMD" or "ENTRYPOINT" => Command(rest),
        "HEALTHCHECK" => HealthCheck(rest),
        "COPY" or "ADD" => HashedSource().Replace(rest, "$1<source> "),
        "ONBUILD" => Nested(rest),
        _ => rest,
    };

    private static string Nested(string rest)
    {
        var (keyword, inner) = Read(rest);
        return keyword.Length == 0 || keyword == "ONBUILD" ? OneLine(rest) : OneLine(keyword + " " + inner);
    }

    // CMD ["/bin/sh" "-c" "npm start"] is what builders make of CMD npm start.
    private static string Command(string rest)
    {
        if (GoText.List(rest) is { } items)
            return items is ["/bin/sh", "-c", var line] && line.Length > 0
                && !line.Contains('\n', StringComparison.Ordinal) ? line : GoText.Json(items);
        return OneLine(rest.StartsWith("/bin/sh -c ", StringComparison.Ordinal) ? rest["/bin/sh -c ".Length..] : rest);
    }

    // map[80/tcp:{}]     [80/tcp 443/tcp]     80/tcp     8080
    private static string Ports(string rest) =>
        string.Join(' ',
            (GoText.Keys(rest) ?? GoText.List(rest) ?? rest.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(p => p.EndsWith("/tcp", StringComparison.Ordinal) ? p[..^4] : p));

    // &{["CMD-SHELL" "curl -f http://localhost/ || exit 1"] "30s" "3s" "0s" "0s" '\x03'}
    // the fourth time came with Docker 25
    private static string HealthCheck(string rest)
    {
        var text = rest.TrimStart('&');
        if (!text.StartsWith('{') || text.IndexOf("] ", StringComparison.Ordinal) is not (var end and > 0)
            || EndOfList(text) is not (var list and > 0))
            return OneLine(rest);
        end = list;
        if (GoText.List(text[1..end]) is not { Count: > 0 } test)
            return OneLine(rest);
        if (test[0] == "NONE")
            return "NONE";
        var times = Time().Matches(text[end..]).Select(m => m.Groups[1].Value).ToList();
        var options = new StringBuilder();
        string[] names = ["interval", "timeout", "start-period", "start-interval"];
        for (var i = 0; i < Math.Min(times.Count, names.Length); i++)
            if (times[i] != "0s")
                options.Append(CultureInfo.InvariantCulture, $"--{names[i]}={times[i]} ");
        if (Retries().Match(text[end..]) is { Success: true } match
            && Rune(match.Groups[1].Value) is > 0 and var retries)
            options.Append(CultureInfo.InvariantCulture, $"--retries={retries} ");
        return options + "CMD " + (test is ["CMD-SHELL", var line] ? OneLine(line) : GoText.Json(test.Skip(1)));
    }

    /// <summary>Where the list that begins at the second character ends, strings passed over.</summary>
    private static int EndOfList(string text)
    {
        for (var i = 1; i < text.Length; i++)
            if (text[i] == '"')
            {
                if (GoText.Quoted(text, i) is not { } quoted)
                    return -1;
                i = quoted.End - 1;
            }
            else if (text[i] == ']')
            {
                return i + 1;
            }

        return -1;
    }

    // Go prints the number 3 as the letter with that code: '\x03', '\n' is 10.
    private static int Rune(string text) => text switch
    {
        ['\\', 'x', .. var hex] =>
            int.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var n) ? n : 0,
        "\\a" => 7,
        "\\b" => 8,
        "\\t" => 9,
        "\\n" => 10,
        "\\v" => 11,
        "\\f" => 12,
        "\\r" => 13,
        [var c] => c,
        _ => 0,
    };

    // A=1 B=two words     A="x"     A 1 (the old form)
    private static string Assignments(string keyword, string rest, IReadOnlyDictionary<string, string> known)
    {
        var pairs = Variables.Read(keyword, rest, known);
        if (pairs.Count == 0)
            return OneLine(rest);
        var text = new StringBuilder();
        foreach (var pair in pairs)
        {
            var value = pair.ValueIn(rest);
            if (text.Length > 0)
                text.Append(' ');
            text.Append(rest, pair.Start, pair.ValueStart - pair.Start)
                .Append(known.GetValueOrDefault(pair.Name) == value ? Literal(value) : Value(value));
        }

        return text.ToString();
    }

    /// <summary>A value of the config, in which a dollar sign is one and a quotation mark, too.</summary>
    public static string Literal(string value)
    {
        if (value.Length > 0 && value.AsSpan().IndexOfAnyExcept(Plain) < 0
            && !value.Contains('$', StringComparison.Ordinal))
            return value;
        if (value.Contains('$', StringComparison.Ordinal) && value.AsSpan().IndexOfAny('\'', '\n', '\r') < 0)
            return "'" + value + "'";
        var text = new StringBuilder("\"");
        foreach (var c in value)
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '$' => "\\$",
                '\n' or '\r' => "\\n",
                _ => c.ToString()
            });
        return text.Append('"').ToString();
    }

    private static string Value(string value)
    {
        if (value.Length > 0 && value.AsSpan().IndexOfAnyExcept(Plain) < 0)
            return value;
        // Kaniko writes what the Dockerfile says, quotes included.
        if (value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\''
            && !value.Contains('\n', StringComparison.Ordinal))
            return value;
        var text = new StringBuilder("\"");
        foreach (var c in value)
            text.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' or '\r' => "\\n", _ => c.ToString() });
        return text.Append('"').ToString();
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@%+,=~*?^!{}()[]$;&|<>");

    [GeneratedRegex(@"^((?:--\S+\s+)*)(?:file|dir|multi):[0-9a-f]+\sin\s", RegexOptions.CultureInvariant)]
    private static partial Regex HashedSource();

    [GeneratedRegex(@"""([0-9hmsnuµ.]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex(@"'((?:\\x[0-9a-f]{2})|\\?.)'", RegexOptions.CultureInvariant)]
    private static partial Regex Retries();
}
