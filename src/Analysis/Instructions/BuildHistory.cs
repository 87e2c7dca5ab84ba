using System.Globalization;
using System.Text;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Instructions;

/// <summary>The history of an image, matched to its layers and in the words of a Dockerfile, without secrets.</summary>
internal sealed class BuildHistory
{
    private const int PassesPerLine = 8;

    /// <summary>Words for what is secret, and names, of one line.</summary>
    private const int MostNames = 1000;

    private static readonly Dictionary<string, string> Nothing = [];

    private readonly WorkBudget work;
    private readonly HistoryShells shells;
    private readonly Dictionary<string, string> environment;
    private readonly Dictionary<string, string> labels;
    private readonly HashSet<string> declared = new(StringComparer.Ordinal);
    private readonly SecretWords words;

    private BuildHistory(ImageSettings settings, WorkBudget work)
    {
        this.work = work;
        shells = new HistoryShells(settings.Shell);
        (environment, labels) = (ImageSettings.Pairs(settings.Environment), ImageSettings.Pairs(settings.Labels));
        words = SecretWords.In(settings.Environment.Concat(settings.Labels));
    }

    public static IReadOnlyList<HistoryEntry> Read(IReadOnlyList<HistoryLine> history, int layers, WorkBudget work) =>
        Read(history, layers, ImageSettings.None, work);

    /// <param name="settings">As the config has them, secrets and all.</param>
    public static IReadOnlyList<HistoryEntry> Read(
        IReadOnlyList<HistoryLine> history, int layers, ImageSettings settings, WorkBudget work) =>
        new BuildHistory(settings, work).Read(history, layers);

    private List<HistoryEntry> Read(IReadOnlyList<HistoryLine> history, int layers)
    {
        // Histories may be absent or count differently; which line made which layer is then a guess, so none is given.
        var matches = history.Count(h => !h.EmptyLayer) == layers;
        var next = 0;
        var entries = new List<HistoryEntry>(history.Count);
        foreach (var line in history)
            entries.Add(Read(line, matches && !line.EmptyLayer ? next++ : null));
        // A secret of several words may stand in any line, also in one before that which tells it is one.
        if (words.Count > 0)
            for (var i = 0; i < entries.Count; i++)
            {
                work.Spend(1 + ((long)words.Count * entries[i].Instruction.Length));
                entries[i] = entries[i] with
                {
                    Instruction = words.Hide(entries[i].Instruction),
                    Arguments = entries[i].Arguments is { } given ? [.. given.Select(words.Hide)] : null,
                };
            }

        return entries;
    }

    private HistoryEntry Read(HistoryLine line, int? layer)
    {
        var createdBy = line.CreatedBy ?? "";
        // Names are looked for and hidden, instructions cleaned: each goes over the line.
        work.Spend(1 + (PassesPerLine * (long)Math.Min(createdBy.Length, Instruction.MaxLength)));
        // One more, so that it shows as cut.
        if (createdBy.Length > Instruction.MaxLength)
            createdBy = createdBy[..(Instruction.MaxLength + 1)];
        var (instruction, given, count, shell) = shells.Read(Instruction.Trim(createdBy));
        var names = new List<string>();
        var arguments = given is null ? [] : Arguments.Read(given, count, declared)
            .Select(a => $"{a.Name}={Shown(a.Name, a.Value, names)}").ToList();
        var shown = Masked(instruction, names);
        return new HistoryEntry(Created(line.Created), shown, line.EmptyLayer, layer)
        {
            Arguments = arguments.Count == 0 ? null : arguments,
            SecretNames = names.Count == 0 ? null : [.. names.Distinct(StringComparer.Ordinal)],
            Shell = shell is null ? null : [.. shell.Select(SecretNames.Hide)],
        };
    }

    /// <summary>An instruction without the values of secrets.</summary>
    private string Masked(string instruction, List<string> names)
    {
        var space = instruction.AsSpan().IndexOfAny(' ', '\t');
        var keyword = space < 0 ? "" : instruction[..space].ToUpperInvariant();
        if (keyword == "ONBUILD")
            return instruction[..(space + 1)] + Masked(instruction[(space + 1)..].TrimStart(), names);
        if (!Variables.AreIn(keyword))
            return Plain(instruction, names);
        var text = instruction[(space + 1)..];
        var pairs = Variables.Read(
            keyword, text, keyword == "ENV" ? environment : keyword == "LABEL" ? labels : Nothing, work);
        if (keyword == "ARG")
            declared.UnionWith(pairs.Count > 0 ? pairs.Select(p => p.Name) : [text.Trim()]);
        if (pairs.Count == 0)
            return keyword == "ENV" ? instruction[..(space + 1)] + OldForm(text, names) : Plain(instruction, names);
        var shown = new StringBuilder(instruction, 0, space + 1, instruction.Length);
        var at = 0;
        foreach (var pair in pairs)
        {
            shown.Append(text, at, pair.ValueStart - at).Append(Shown(pair.Name, pair.ValueIn(text), names));
            at = pair.End;
        }

        return shown.Append(Plain(text[at..], names)).ToString();
    }

    // ENV API_TOKEN a b
    private string OldForm(string text, List<string> names)
    {
        var start = text.Length - text.TrimStart().Length;
        var end = text.AsSpan(start).IndexOfAny(' ', '\t');
        return end < 0 ? Plain(text, names)
            : text[..(start + end + 1)]
                + Shown(text.Substring(start, end), text[(start + end + 1)..].Trim(), names);
    }

    private string Shown(string name, string value, List<string> names)
    {
        words.Add(name, value);
        Note(names, SecretNames.InVariable(name, value));
        return SecretNames.HideValue(name, value);
    }

    private static string Plain(string text, List<string> names)
    {
        Note(names, SecretNames.In(text));
        return SecretNames.Hide(text);
    }

    private static void Note(List<string> names, IEnumerable<string> more) =>
        names.AddRange(more.Take(MostNames - Math.Min(names.Count, MostNames)));

    private static DateTime? Created(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime
            : null;
}
