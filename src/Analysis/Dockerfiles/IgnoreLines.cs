using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>
/// Lines of a .dockerignore that keep out what a finding is about and nothing else: <c>**/dist</c> would take the
/// product of every package in a node_modules that came along.
/// </summary>
internal static class IgnoreLines
{
    /// <summary>More of one name, each with its place, is no list that anybody keeps.</summary>
    private const int MostPlaces = 20;

    /// <summary>
    /// A directory with one of these at its top is the whole context, as far as a hash for a name leaves a doubt.
    /// </summary>
    private static readonly string[] RootMarks = [".git", "Dockerfile", ".dockerignore"];

    /// <summary>Null where no such lines can be had.</summary>
    /// <param name="names">Of files and directories; everything at and below them that the COPY brought must be the
    /// finding's.</param>
    public static IReadOnlyList<string>? For(Draft draft, Step copy, Finding finding, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0 || names.Any(n => n.Any(char.IsControl)) || copy.CopiedTo is not { } copied)
            return null;
        draft.Work.Spend(finding.Bodies.Layers.Sum(l => (long)l.Ordinals.Count));
        var own = finding.Bodies.Layers.SelectMany(l => l.Ordinals.Select(o => (l.Layer, o))).ToHashSet();
        var places = names.ToDictionary(
            n => n, _ => new SortedSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        var shared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (step, name, place, body) in draft.Context.Named(places.Keys))
            if (own.Contains(body) && step == copy)
                places[name].Add(place());
            else if (step == copy)
                shared.Add(name);
            else if (!own.Contains(body))
                // Another COPY needs such a file in the context.
                return null;
        var roots = draft.Context.HasAtTop(copy, RootMarks);
        var root = Root(copy, copied, roots);
        var lines = new List<string>();
        foreach (var name in names)
            if (!shared.Contains(name))
                lines.Add("**/" + Escaped(name));
            else if (root is not null && places[name].Count is > 0 and <= MostPlaces)
                // A place inside another name of the finding is that one's part.
                lines.AddRange(places[name].Select(p => Escaped(root + p)));
            else
                return null;
        return lines;
    }

    /// <summary>
    /// What stands before a path below the target to make it one of the context; null when it is not known.
    /// </summary>
    private static string? Root(Step copy, CopiedTo copied, bool marked)
    {
        if (copied.Sources.Contains(' ', StringComparison.Ordinal)
            || copied.Sources.IndexOfAny(['*', '?', '[', '$', '\\', '"', '\'']) >= 0
            || copy.Options.Exists(o => o.StartsWith("--parents", StringComparison.Ordinal)))
            return null;
        if (copied.Sources == "<source>")
            return copy.CopiesTree == true && marked ? "" : null;
        var folder = Paths.Combine("/", copied.Sources)[1..];
        return folder.Length == 0 ? "" : folder + "/";
    }

    private static string Escaped(string path)
    {
        foreach (var special in (string[])["\\", "*", "?", "[", "]"])
            path = path.Replace(special, "\\" + special, StringComparison.Ordinal);
        return path[0] is '#' or '!' ? "\\" + path : path;
    }
}
