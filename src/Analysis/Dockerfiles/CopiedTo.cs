namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>Where a COPY or ADD puts what it copies.</summary>
/// <param name="Sources">As written.</param>
/// <param name="Path">Absolute: the directory that receives it, or the file itself.</param>
internal sealed record CopiedTo(string Sources, string Path)
{
    /// <summary>Null for the JSON form and for what depends on variables.</summary>
    public static CopiedTo? Parse(Step step)
    {
        var words = step.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!step.IsCopy || words.Length < 2 || words[0].StartsWith('[')
            || words[^1].Contains('$', StringComparison.Ordinal))
            return null;
        var path = Paths.Combine(step.Directory, words[^1]);
        // COPY start.sh /usr/bin/ makes /usr/bin/start.sh.
        if (words is [var source, _] && words[^1].EndsWith('/') && LooksLikeFile(source))
            path = Paths.Combine(path, Paths.Name(source));
        return new CopiedTo(string.Join(' ', words[..^1]), path);
    }

    private static bool LooksLikeFile(string source) =>
        !source.EndsWith('/') && source != "<source>" && Paths.Name(source).Contains('.', StringComparison.Ordinal)
        && source.IndexOfAny(['*', '?', '[', '$']) < 0 && Paths.Name(source) is not "." and not "..";
}
