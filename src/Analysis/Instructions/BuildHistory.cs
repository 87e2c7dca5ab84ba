using System.Globalization;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Instructions;

/// <summary>The history of an image, matched to its layers and in the words of a Dockerfile.</summary>
internal static class BuildHistory
{
    private const int PassesPerLine = 8;

    public static IReadOnlyList<HistoryEntry> Read(
        IReadOnlyList<HistoryLine> history, int layers, WorkBudget work)
    {
        // Histories may be absent or count differently; which line made which layer is then a guess, so none is given.
        var matches = history.Count(h => !h.EmptyLayer) == layers;
        var next = 0;
        var entries = new List<HistoryEntry>(history.Count);
        foreach (var line in history)
        {
            int? layer = matches && !line.EmptyLayer ? next++ : null;
            var createdBy = line.CreatedBy ?? "";
            // Names are looked for and hidden, instructions cleaned: each goes over the line.
            work.Spend(1 + (PassesPerLine * (long)Math.Min(createdBy.Length, Instruction.MaxLength)));
            // One more, so that it shows as cut.
            if (createdBy.Length > Instruction.MaxLength)
                createdBy = createdBy[..(Instruction.MaxLength + 1)];
            var secrets = SecretNames.In(createdBy).ToList();
            var shown = SecretNames.Hide(createdBy);
            entries.Add(new HistoryEntry(Created(line.Created), Instruction.Clean(shown), line.EmptyLayer, layer)
            {
                Arguments = Instruction.Arguments(shown),
                SecretNames = secrets.Count == 0 ? null : secrets,
            });
        }

        return entries;
    }

    private static DateTime? Created(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime
            : null;
}
