using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Bases;

/// <summary>A place in the history where, by all signs, one Dockerfile ended and the next began.</summary>
/// <param name="Layers">How many layers lie below.</param>
/// <param name="Line">Lines of the history below.</param>
internal sealed record BuildEnd(int Layers, int Line, BaseConfidence Confidence, string Evidence)
{
    /// <summary>A builder that goes on after this long was started again.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromHours(1);

    /// <summary>Builders that mean to be reproducible write a time from before containers.</summary>
    private static readonly DateTime Reproducible = new(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The lowest first, each number of layers once. All have layers below and above.</summary>
    /// <remarks>
    /// CMD and ENTRYPOINT end a Dockerfile by custom; one with layers after it ended the Dockerfile of a parent:
    /// <c>ADD file:9a8b... in /</c>, <c>CMD ["bash"]</c>, <c>RUN groupadd node ...</c>, <c>CMD ["node"]</c>,
    /// <c>COPY . /srv/app</c>.
    /// A gap in time counts less, since a cache leaves gaps inside one Dockerfile too: only above what others build, a
    /// root file system or layers without a true time (distroless), and above an official image of a product (golang
    /// ends with no CMD); and only the first.
    /// </remarks>
    public static IReadOnlyList<BuildEnd> FindAll(IReadOnlyList<HistoryEntry> history)
    {
        var ends = new SortedDictionary<int, BuildEnd>();
        var last = history.Count - 1;
        while (last >= 0 && history[last].Layer is null)
            last--;
        var (below, gapCounts) = (0, false);
        var official = new Product.VariablePairs();
        for (var i = 0; i < last; i++)
        {
            var (line, next) = (history[i], history[i + 1]);
            below += line.Layer is null ? 0 : 1;
            if (line.Layer == 0 && UnpacksRoot(line))
                ends.TryAdd(1, new BuildEnd(
                    1, i + 1, BaseConfidence.History, "that unpacks a root file system"));
            gapCounts = official.Completes(line) || gapCounts
                || (line.Layer == 0 && (UnpacksRoot(line) || line.Created < Reproducible));
            // Both in one Dockerfile: ENTRYPOINT ["docker-entrypoint.sh"]      CMD ["node"]
            if (IsCommand(line) && !IsCommand(next))
            {
                gapCounts = false;
                if (below > 0)
                    ends[below] = new BuildEnd(
                        below, i + 1, BaseConfidence.History,
                        $"up to a {FirstWord(line)} in the history that other instructions follow");
            }
            else if (gapCounts && below > 0 && next.Created - line.Created is { } gap && gap > Gap)
            {
                gapCounts = false;
                ends.TryAdd(below, new BuildEnd(
                    below, i + 1, BaseConfidence.Guessed, $"below instructions that are {Length(gap)} newer"));
            }
        }

        return [.. ends.Values];
    }

    private static string Length(TimeSpan gap) =>
        gap.TotalDays >= 3650 ? "many years" : gap.TotalDays >= 2 ? $"{(int)gap.TotalDays} days"
            : gap.TotalHours >= 2 ? $"{(int)gap.TotalHours} hours" : "an hour";

    private static bool IsCommand(HistoryEntry line) => line.Empty && (FirstWord(line) is "CMD" or "ENTRYPOINT");

    // Docker: ADD file:9a8b... in /
    // BuildKit: ADD rootfs.tar.xz / # buildkit
    // debuerreotype: # debian.sh --arch 'amd64' out/ 'bookworm' '@1719878400'
    private static bool UnpacksRoot(HistoryEntry line) =>
        line.Instruction.StartsWith("# debian.sh", StringComparison.Ordinal)
        || (FirstWord(line) == "ADD" && line.Instruction.TrimEnd() is var text
            && (text.EndsWith(" in /", StringComparison.Ordinal) || text.EndsWith(" /", StringComparison.Ordinal)));

    private static string FirstWord(HistoryEntry line) => line.Instruction.Split(' ', 2)[0].ToUpperInvariant();
}
