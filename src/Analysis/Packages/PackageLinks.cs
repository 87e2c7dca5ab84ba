namespace ImageInsight.Analysis.Packages;

/// <summary>Which packages of a database need which: every need is answered by whatever provides it.</summary>
internal static class PackageLinks
{
    /// <summary>
    /// A name that more packages provide says nothing; a hostile list has all of them provide what all of them need.
    /// </summary>
    private const int MaxProviders = 64;

    /// <summary>To look a name up takes about as long as to look at so many bytes.</summary>
    private const int StepsPerName = 16;

    /// <summary>
    /// Of one image in all. Packages of Debian and npm have two or three each: 2,028 of 915 in the corpus's big image.
    /// </summary>
    private const int MaxLinks = 500_000;

    public static IReadOnlyList<string>[] Resolve(IReadOnlyList<PackageClaim> claims, WorkBudget work)
    {
        var providers = Providers(claims, work);
        var left = MaxLinks;
        var all = new IReadOnlyList<string>[claims.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var claim = claims[i];
            all[i] =
            [
                .. Answer(providers, claim, claim.Needs, work).TakeWhile(_ => left-- > 0).Where(n => n != i)
                    .Select(n => claims[n].Purl).Distinct(),
            ];
            work.Hold(all[i].Count * 8L);
        }

        return all;
    }

    /// <summary>By database (or tree of modules) and name.</summary>
    public static Dictionary<(int Database, string Name), List<int>> Providers(
        IReadOnlyList<PackageClaim> claims, WorkBudget work)
    {
        var providers = new Dictionary<(int, string), List<int>>();
        for (var i = 0; i < claims.Count; i++)
        {
            work.Spend((claims[i].Provides.Count + 1) * StepsPerName);
            foreach (var name in claims[i].Provides.Append(claims[i].Name).Distinct())
            {
                if (!providers.TryGetValue((claims[i].Scope, name), out var list))
                    providers.Add((claims[i].Scope, name), list = []);
                if (list.Count < MaxProviders)
                    list.Add(i);
            }
        }

        return providers;
    }

    /// <summary>Everything that some packages need, by way of others too, and the packages themselves.</summary>
    /// <param name="recommends">Follow what is recommended as well.</param>
    /// <param name="within">Whether one is followed; null for all.</param>
    public static HashSet<int> Closure(
        IReadOnlyList<PackageClaim> claims, Dictionary<(int Database, string Name), List<int>> providers,
        IEnumerable<int> roots, bool recommends, WorkBudget work, Predicate<int>? within = null)
    {
        HashSet<int> found = [.. roots];
        var open = new Stack<int>(found);
        while (open.TryPop(out var at))
            foreach (var next in Answer(
                providers, claims[at], recommends ? [.. claims[at].Needs, .. claims[at].Recommends] : claims[at].Needs,
                work))
                if (within?.Invoke(next) != false && found.Add(next))
                    open.Push(next);
        return found;
    }

    /// <summary>
    /// What a manager installs for some packages when nothing else is there: of alternatives none that another need
    /// brings anyway; where none is, every installed one, since which would be chosen is not written down.
    /// </summary>
    public static HashSet<int> Required(
        IReadOnlyList<PackageClaim> claims, Dictionary<(int Database, string Name), List<int>> providers,
        IEnumerable<int> roots, WorkBudget work)
    {
        HashSet<int> found = [.. roots];
        var open = new Stack<int>(found);
        var choices = new Queue<(PackageClaim Claim, string Need)>();
        while (open.Count > 0 || choices.Count > 0)
        {
            IEnumerable<int> next;
            if (open.TryPop(out var at))
            {
                foreach (var need in claims[at].Needs.Where(n => n.Contains('|')))
                    choices.Enqueue((claims[at], need));
                next = Answer(providers, claims[at], [.. claims[at].Needs.Where(n => !n.Contains('|'))], work);
            }
            else
            {
                var (claim, need) = choices.Dequeue();
                var any = Answer(providers, claim, [need], work).ToList();
                next = any.Exists(found.Contains) ? [] : any;
            }

            foreach (var package in next)
                if (found.Add(package))
                    open.Push(package);
        }

        return found;
    }

    /// <summary>Every installed alternative counts: which one satisfied the manager is not written down.</summary>
    public static IEnumerable<int> Answer(
        Dictionary<(int Database, string Name), List<int>> providers, PackageClaim claim,
        IReadOnlyList<string> needs, WorkBudget work)
    {
        foreach (var need in needs)
        {
            work.Spend(need.Length + StepsPerName);
            foreach (var name in need.Contains('|') ? need.Split('|') : [need])
                foreach (var provider in providers.GetValueOrDefault((claim.Scope, name)) ?? [])
                {
                    work.Spend(1);
                    yield return provider;
                }
        }
    }
}
