namespace ImageInsight.Web.Components.Image;

/// <summary>Two texts line by line, what they have in common side by side.</summary>
public static class LineDiff
{
    /// <summary>Lines of one text times lines of the other; beyond it only the beginnings and the ends are compared.</summary>
    private const int MaxCells = 4_000_000;

    /// <summary>Indices into both; null where that text has no such line. A line that was changed stands beside what it became.</summary>
    public static IReadOnlyList<(int? Old, int? New)> Of(IReadOnlyList<string> old, IReadOnlyList<string> now)
    {
        var rows = new List<(int?, int?)>();
        var (start, oldEnd, newEnd) = (0, old.Count, now.Count);
        while (start < oldEnd && start < newEnd && old[start] == now[start])
        {
            rows.Add((start, start));
            start++;
        }

        while (oldEnd > start && newEnd > start && old[oldEnd - 1] == now[newEnd - 1])
        {
            oldEnd--;
            newEnd--;
        }

        Middle(old, now, start, oldEnd, newEnd, rows);
        for (var i = 0; oldEnd + i < old.Count; i++)
            rows.Add((oldEnd + i, newEnd + i));
        return rows;
    }

    private static void Middle(IReadOnlyList<string> old, IReadOnlyList<string> now, int start, int oldEnd, int newEnd, List<(int?, int?)> rows)
    {
        var (height, width) = (oldEnd - start, newEnd - start);
        var (i, j) = (0, 0);
        var (removed, added) = (new List<int>(), new List<int>());
        if ((long)height * width <= MaxCells)
        {
            // Longest common subsequence, from the end.
            var longest = new int[height + 1, width + 1];
            for (var a = height - 1; a >= 0; a--)
                for (var b = width - 1; b >= 0; b--)
                    longest[a, b] = old[start + a] == now[start + b] ? longest[a + 1, b + 1] + 1 : Math.Max(longest[a + 1, b], longest[a, b + 1]);
            while (i < height && j < width)
                if (old[start + i] == now[start + j])
                {
                    Pair(removed, added, rows);
                    rows.Add((start + i++, start + j++));
                }
                else if (longest[i + 1, j] >= longest[i, j + 1])
                {
                    removed.Add(start + i++);
                }
                else
                {
                    added.Add(start + j++);
                }
        }

        removed.AddRange(Enumerable.Range(start + i, height - i));
        added.AddRange(Enumerable.Range(start + j, width - j));
        Pair(removed, added, rows);
    }

    private static void Pair(List<int> removed, List<int> added, List<(int?, int?)> rows)
    {
        for (var k = 0; k < Math.Max(removed.Count, added.Count); k++)
            rows.Add((k < removed.Count ? removed[k] : null, k < added.Count ? added[k] : null));
        removed.Clear();
        added.Clear();
    }
}
