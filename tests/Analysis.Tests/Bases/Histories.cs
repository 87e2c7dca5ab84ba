using System.Globalization;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Tests.Bases;

/// <summary>
/// Histories in few words: a line that begins with - made no layer, and N@ says after how many hours it was made.
/// </summary>
internal static class Histories
{
    public static DateTime Start { get; } = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    public static IReadOnlyList<HistoryEntry> Of(params string[] history)
    {
        var next = 0;
        return
        [
            .. history.Select(line =>
            {
                var at = line.IndexOf('@', StringComparison.Ordinal) is var sign and (1 or 2)
                    ? int.Parse(line[..sign], CultureInfo.InvariantCulture)
                    : (int?)null;
                var text = at is null ? line : line[(line.IndexOf('@', StringComparison.Ordinal) + 1)..];
                var empty = text[0] == '-';
                return new HistoryEntry(
                    at is { } hours ? Start.AddHours(hours) : null, empty ? text[1..] : text, empty,
                    empty ? null : next++);
            }),
        ];
    }
}
