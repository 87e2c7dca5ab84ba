namespace ImageInsight.Analysis.Dockerfiles.Indexes;

/// <summary>Absolute paths, and what lies in them or around them without a comparison with each.</summary>
internal sealed class PathSet
{
    private readonly HashSet<string> paths = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> byText;
    private readonly HashSet<int> lengths = [];

    /// <summary>The paths and all folders that they lie in; made when somebody asks.</summary>
    private HashSet<string>? around;

    public PathSet(IEnumerable<string> all)
    {
        paths.UnionWith(all);
        byText = paths.GetAlternateLookup<ReadOnlySpan<char>>();
        lengths.UnionWith(paths.Select(p => p.Length));
    }

    /// <summary>Those of them that are the path or that it lies in.</summary>
    public IEnumerable<string> Around(string path)
    {
        if (paths.Contains("/"))
            yield return "/";
        for (var end = path.IndexOf('/', Math.Min(1, path.Length)); end >= 0; end = path.IndexOf('/', end + 1))
            if (lengths.Contains(end) && byText.TryGetValue(path.AsSpan(0, end), out var found))
                yield return found;
        if (path != "/" && paths.TryGetValue(path, out var same))
            yield return same;
    }

    /// <summary>One of them is the path, or it lies in one.</summary>
    public bool HasAround(string path) => Around(path).Any();

    /// <summary>One of them is the path, or lies in it.</summary>
    public bool HasIn(string path)
    {
        if (around is null)
        {
            around = new HashSet<string>(paths, StringComparer.Ordinal) { "/" };
            foreach (var one in paths)
            {
                var end = one.LastIndexOf('/');
                while (end > 0 && around.Add(one[..end]))
                    end = one.LastIndexOf('/', end - 1);
            }
        }

        return paths.Count > 0 && around.Contains(path);
    }
}
