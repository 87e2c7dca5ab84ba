using System.Globalization;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Dockerfiles.Reading;

/// <summary>
/// What a history sets, whichever builder wrote it: without quotes, with variables that nobody put in, as Go prints
/// lists. Where it cannot be told, it counts as said.
/// </summary>
internal sealed class SaidSettings
{
    /// <summary>Where ENV and LABEL lines have a name.</summary>
    private readonly Dictionary<(string Keyword, string Name), List<(string Text, int Start)>> pairs = [];

    private readonly Dictionary<string, string> last = new(StringComparer.Ordinal);
    private readonly HashSet<string> ports = new(StringComparer.Ordinal);
    private readonly List<(int First, int Last)> ranges = [];
    private readonly List<string> volumes = [];
    private readonly WorkBudget work;
    private string folder = "/";
    private bool isFolderOpen;
    private bool arePortsOpen;

    public SaidSettings(IReadOnlyList<HistoryEntry> history, WorkBudget work)
    {
        this.work = work;
        foreach (var line in history)
        {
            work.Spend(1 + line.Instruction.Length);
            var space = line.Instruction.AsSpan().IndexOfAny(' ', '\t');
            if (space > 0)
                Note(line.Instruction[..space].ToUpperInvariant(), line.Instruction[(space + 1)..].Trim());
        }
    }

    public bool Has(string keyword) => last.ContainsKey(keyword);

    public bool HasPair(string keyword, string name, string value)
    {
        if (!pairs.TryGetValue((keyword, name), out var lines))
            return false;
        // A value that the history has not is another one's, unless it could not be read.
        var plain = Bare(value);
        // Quoted and escaped it has twice the length.
        var length = name.Length + (2 * value.Length) + 16;
        work.Spend(lines.Count * (long)length);
        return lines.Exists(l => l.Text.Substring(l.Start, Math.Min(length, l.Text.Length - l.Start)) is var near
            && (near.Contains('$', StringComparison.Ordinal) || Bare(near).Contains(plain, StringComparison.Ordinal)));
    }

    public bool HasPort(string port)
    {
        var (number, protocol) = port.Split('/') is [var n, var p, ..] ? (n, p) : (port, "tcp");
        return arePortsOpen || ports.Contains($"{number}/{protocol}")
            || (int.TryParse(number, out var value) && ranges.Exists(r => r.First <= value && value <= r.Last));
    }

    public bool HasVolume(string path)
    {
        work.Spend(volumes.Sum(v => (long)v.Length));
        return volumes.Exists(v => v.Contains('$', StringComparison.Ordinal)
            || Bare(v).Contains(Bare(path.TrimEnd('/')), StringComparison.Ordinal));
    }

    public bool HasWorkingDirectory(string path) => isFolderOpen || Paths.Combine("/", path) == folder
        || (last.TryGetValue("WORKDIR", out var text) && Bare(text) == Bare(path));

    public bool IsLast(string keyword, string value) =>
        last.TryGetValue(keyword, out var text)
        && (text.Contains('$', StringComparison.Ordinal) || Bare(text) == Bare(value));

    /// <summary>
    /// Exec form, as Go or JSON writes it, or shell form: the config's words then begin with the shell.
    /// </summary>
    public bool IsLastCommand(string keyword, IReadOnlyList<string> words) =>
        last.TryGetValue(keyword, out var text) && Bare(string.Concat(words)) is var all
        && (Bare(GoText.List(text) is { } list ? string.Concat(list) : text) is var stated
            && (all == stated || (!text.StartsWith('[') && stated.Length > 0
                && all.EndsWith(stated, StringComparison.Ordinal))));

    private void Note(string keyword, string text)
    {
        switch (keyword)
        {
            case "ENV" or "LABEL":
                foreach (var (name, start) in Arguments.Names(text).Select(n => (n.Name, n.Start))
                    .Concat(Variables.Read(keyword, text, ConfigValues.None.Labels).Select(p => (p.Name, p.Start)))
                    .Append((text.Split([' ', '\t', '='], 2)[0], 0)).Distinct())
                {
                    if (!pairs.TryGetValue((keyword, name), out var lines))
                        pairs.Add((keyword, name), lines = []);
                    lines.Add((text, start));
                }

                return;
            case "MAINTAINER":
                pairs[("LABEL", "maintainer")] = [(text, 0)];
                return;
            case "EXPOSE":
                NotePorts(text);
                return;
            case "VOLUME":
                volumes.Add(text);
                return;
            case "WORKDIR":
                isFolderOpen |= text.Contains('$', StringComparison.Ordinal);
                // One relative to the other, they could grow with each line.
                folder = Paths.Combine(folder, text.Trim('"', '\'')) is { Length: <= 4096 } next ? next : folder;
                break;
        }

        last[keyword] = text;
    }

    private void NotePorts(string text)
    {
        arePortsOpen |= text.Contains('$', StringComparison.Ordinal);
        foreach (var port in GoText.Keys(text) ?? GoText.List(text)
            ?? text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var (number, protocol) = port.Split('/') is [var n, var p, ..] ? (n, p) : (port, "tcp");
            ports.Add($"{number}/{protocol}");
            if (number.Split('-') is [var first, var end]
                && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                && int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var to))
                ranges.Add((from, to));
        }
    }

    /// <summary>Without what builders lose, add and escape.</summary>
    private static string Bare(string text) => string.Concat(text
        .Replace("\\u003c", "<", StringComparison.OrdinalIgnoreCase)
        .Replace("\\u003e", ">", StringComparison.OrdinalIgnoreCase)
        .Replace("\\u0026", "&", StringComparison.OrdinalIgnoreCase)
        .Replace('\n', 'n').Replace('\t', 't').Replace('\r', 'r')
        .Where(c => !char.IsWhiteSpace(c) && c is not ('"' or '\'' or '\\' or ',' or '[' or ']')));
}
