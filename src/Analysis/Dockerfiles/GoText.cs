using System.Text;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>Builders written in Go print their lists, maps and structures into the history as Go does.</summary>
internal static class GoText
{
    // ["nginx" "-g" "daemon off;"]     ["nginx","-g","daemon off;"]     [/bin/bash -o pipefail -c]     [/data /logs]
    /// <summary>The items of a list; null when the text is none.</summary>
    public static IReadOnlyList<string>? List(string text)
    {
        text = text.Trim();
        if (text.Length < 2 || text[0] != '[' || text[^1] != ']')
            return null;
        var items = new List<string>();
        for (var at = 1; at < text.Length - 1;)
        {
            if (text[at] is ' ' or ',' or '\t')
            {
                at++;
                continue;
            }

            if (text[at] == '"')
            {
                if (Quoted(text, at) is not { } quoted)
                    return null;
                items.Add(quoted.Value);
                at = quoted.End;
                continue;
            }

            var end = text.IndexOf(' ', at);
            end = end < 0 ? text.Length - 1 : end;
            items.Add(text[at..end]);
            at = end;
        }

        return items;
    }

    // map[443/tcp:{} 80/tcp:{}]     map[80/tcp:map[]]
    public static IReadOnlyList<string>? Keys(string text) =>
        text.StartsWith("map[", StringComparison.Ordinal) && text.EndsWith(']')
            ? [.. KeysOf(text[4..^1])]
            : null;

    /// <summary>As exec forms and volumes are written in a Dockerfile.</summary>
    public static string Json(IEnumerable<string> items) => "[" + string.Join(", ", items.Select(Quote)) + "]";

    /// <summary>A string of Go's %q at a place, and where the text goes on after it.</summary>
    public static (string Value, int End)? Quoted(string text, int start)
    {
        var value = new StringBuilder();
        for (var i = start + 1; i < text.Length; i++)
            switch (text[i])
            {
                case '"':
                    return (value.ToString(), i + 1);
                case '\\' when i + 1 < text.Length:
                    i++;
                    value.Append(text[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var c => c });
                    break;
                default:
                    value.Append(text[i]);
                    break;
            }

        return null;
    }

    private static string Quote(string item)
    {
        var text = new StringBuilder("\"");
        foreach (var c in item)
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                _ => c.ToString()
            });
        return text.Append('"').ToString();
    }

    private static IEnumerable<string> KeysOf(string map)
    {
        for (var at = 0; at < map.Length; at++)
        {
            var start = at;
            while (at < map.Length && !char.IsWhiteSpace(map[at]) && map[at] is not (':' or '[' or ']' or '{' or '}'))
                at++;
            if (at > start && at < map.Length && map[at] == ':'
                && Array.Exists(Values, v => string.CompareOrdinal(map, at + 1, v, 0, v.Length) == 0))
                yield return map[start..at];
        }
    }

    private static readonly string[] Values = ["{}", "map[]", "struct"];
}
