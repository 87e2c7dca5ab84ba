using DiffPlex;

namespace ImageInsight.Web.Components.Image.Dockerfiles;

/// <summary>Two texts line by line, what they have in common side by side.</summary>
public static class LineDiff
{
    /// <summary>
    /// Lines of both texts together. The time grows with their number and how many differ: some 100 ms for so many.
    /// </summary>
    private const int MaxLines = 6000;

    /// <summary>
    /// Indices into both; null where that text has no such line. A line that was changed stands beside what it became.
    /// </summary>
    public static IReadOnlyList<(int? Old, int? New)> Compare(IReadOnlyList<string> old, IReadOnlyList<string> now)
    {
        var rows = new List<(int? Old, int? New)>();
        var (nextOld, nextNew) = (0, 0);
        foreach (var (oldEnd, deleted, newEnd, inserted) in Blocks(old, now))
        {
            AddPairs(rows, nextOld, nextNew, oldEnd - nextOld, newEnd - nextNew);
            AddPairs(rows, oldEnd, newEnd, deleted, inserted);
            (nextOld, nextNew) = (oldEnd + deleted, newEnd + inserted);
        }

        AddPairs(rows, nextOld, nextNew, old.Count - nextOld, now.Count - nextNew);
        return rows;
    }

    /// <summary>What differs, in order.</summary>
    private static IEnumerable<(int Old, int Deleted, int New, int Inserted)> Blocks(
        IReadOnlyList<string> old, IReadOnlyList<string> now)
    {
        if (old.Count + now.Count <= MaxLines)
            // New to old: of two diffs that are equally short DiffPlex takes the one that adds first, and people expect
            // the one that removes first.
            return Differ.Instance
                .CreateDiffs(Join(now), Join(old), ignoreWhiteSpace: false, ignoreCase: false, new WholeLines())
                .DiffBlocks.Select(b => (b.InsertStartB, b.InsertCountB, b.DeleteStartA, b.DeleteCountA));
        // Only the beginnings and the ends are compared.
        var start = 0;
        while (start < old.Count && start < now.Count && old[start] == now[start])
            start++;
        var end = 0;
        var most = Math.Min(old.Count, now.Count) - start;
        while (end < most && old[old.Count - 1 - end] == now[now.Count - 1 - end])
            end++;
        return [(start, old.Count - start - end, start, now.Count - start - end)];
    }

    private static void AddPairs(List<(int? Old, int? New)> rows, int old, int now, int oldCount, int newCount)
    {
        for (var i = 0; i < Math.Max(oldCount, newCount); i++)
            rows.Add((i < oldCount ? old + i : null, i < newCount ? now + i : null));
    }

    private static string Join(IReadOnlyList<string> lines) => string.Concat(lines.Select(l => l + "\n"));

    /// <summary>DiffPlex's own also splits at a bare carriage return, which a line of a Dockerfile may hold.</summary>
    private sealed class WholeLines : IChunker
    {
        public IReadOnlyList<string> Chunk(string text) => text.Split('\n')[..^1];
    }
}
