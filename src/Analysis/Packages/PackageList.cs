namespace ImageInsight.Analysis.Packages;

/// <summary>The packages of an image, as the catalogues gave them.</summary>
/// <param name="Needs">For each, which others it needs, by their place in <paramref name="All"/>.</param>
/// <param name="Omitted">Files that name packages and were too big, or too many, to keep.</param>
public sealed record PackageList(IReadOnlyList<Package> All, IReadOnlyList<IReadOnlyList<int>> Needs, int Omitted)
{
    private readonly Lazy<IReadOnlyList<int>[]> neededBy = new(() => Reverse(Needs));

    /// <summary>For each, which others need it.</summary>
    public IReadOnlyList<IReadOnlyList<int>> NeededBy => neededBy.Value;

    /// <summary>
    /// The shortest way from one that somebody asked for (else from one that nothing needs) down to a package, both
    /// ends included.
    /// </summary>
    public IReadOnlyList<int> ChainTo(int package)
    {
        var towards = new Dictionary<int, int> { [package] = -1 };
        var open = new Queue<int>([package]);
        int? top = null;
        while (open.TryDequeue(out var at))
        {
            if (at != package && All[at].OnPurpose == true)
            {
                top = at;
                break;
            }

            if (at != package && top is null && NeededBy[at].Count == 0)
                top = at;
            foreach (var by in NeededBy[at])
                if (towards.TryAdd(by, at))
                    open.Enqueue(by);
        }

        var chain = new List<int>();
        for (var at = top ?? package; at >= 0; at = towards[at])
            chain.Add(at);
        return chain;
    }

    private static IReadOnlyList<int>[] Reverse(IReadOnlyList<IReadOnlyList<int>> needs)
    {
        var reversed = new List<int>?[needs.Count];
        for (var i = 0; i < needs.Count; i++)
            foreach (var need in needs[i])
                (reversed[need] ??= []).Add(i);
        return [.. reversed.Select(t => (IReadOnlyList<int>)(t ?? []))];
    }
}
