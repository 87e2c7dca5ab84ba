namespace ImageInsight.Analysis.Packages.Lists;

/// <summary>
/// Names that many packages need or provide, each held once: a thousand packages that need libc6 share its text.
/// </summary>
internal sealed class NamePool
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Share(IReadOnlyList<string> list)
    {
        if (list.Count == 0)
            return list;
        var shared = new string[list.Count];
        for (var i = 0; i < shared.Length; i++)
            if (!names.TryGetValue(list[i], out shared[i]!))
                names.Add(shared[i] = list[i]);
        return shared;
    }
}
