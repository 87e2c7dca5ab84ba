using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings.Packages;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>Which system packages the second stage installs otherwise than the first.</summary>
/// <param name="Without">Names: what only builds and installs, and what came with that alone.</param>
/// <param name="With">Names of what came with those and stays.</param>
/// <param name="Unneeded">What goes although no finding says so.</param>
internal sealed record StagePackages(
    IReadOnlyList<string> Without, IReadOnlyList<string> With, IReadOnlyList<StoredRange> Unneeded)
{
    /// <summary>A package manager of a language has some hundred.</summary>
    private const int MostRanges = 2000;

    /// <summary>Read by what runs and linked with nothing, or started by another name.</summary>
    private static readonly string[] Kept = ["ca-certificates", "tzdata"];

    private static readonly Dictionary<string, string[]> KeptOf = new(StringComparer.Ordinal)
    {
        ["npm"] = ["nodejs"],
        ["yarnpkg"] = ["nodejs"],
        ["pipx"] = ["python3"],
        ["python3-pip"] = ["python3", "python3-setuptools", "python3-pkg-resources"],
    };

    /// <param name="installers">Packages that were asked for to install others.</param>
    public static StagePackages Find(FindingContext image, IReadOnlyList<string> installers)
    {
        var (without, with, unneeded) = (new SortedSet<string>(StringComparer.Ordinal),
            new SortedSet<string>(StringComparer.Ordinal), new List<StoredRange>());
        var claims = image.Packages.Claims;
        foreach (var database in SystemPackages.Databases(image.Packages))
        {
            var asked = new AskedPackages(image, database);
            var leaving = BuildPackages.Find(image, database).ToHashSet();
            var stays = database.Where(m => !leaving.Contains(m) && !installers.Contains(claims[m].Name)
                && (asked.Has(claims[m]) || image.Base.Has(claims[m].Since))).ToHashSet();
            if (asked.IsWritten)
                unneeded.AddRange(Installers(image, database, installers, stays, leaving));
            without.UnionWith(leaving.Select(m => claims[m].Name));
            if (asked.IsWritten)
                with.UnionWith(Orphans(image, [.. database.Where(m => !leaving.Contains(m))], stays));
        }

        return new StagePackages([.. without], [.. with], unneeded);
    }

    private static List<StoredRange> Installers(
        FindingContext image, List<int> database, IReadOnlyList<string> installers, HashSet<int> stays,
        HashSet<int> leaving)
    {
        var claims = image.Packages.Claims;
        var gone = database.Where(
            m => installers.Contains(claims[m].Name) && !image.Base.Has(claims[m].Since)).ToList();
        if (gone.Count == 0)
            return [];
        var providers = image.Needs.Providers;
        var kept = gone.SelectMany(g => KeptOf.GetValueOrDefault(claims[g].Name, [])).Concat(Kept).ToHashSet();
        var roots = stays.Concat(database.Where(m => kept.Contains(claims[m].Name)))
            .Concat(image.Used.Start.Files.Concat(image.Used.ScriptInterpreters)
                .Select(n => image.Tree.Nodes[n].Inode).Where(i => i >= 0).Select(image.Packages.OwnerOf)
                .Where(o => o >= 0 && claims[o].Carrier < 0))
            .Concat(database.Where(m => IsLinked(image, claims[m])));
        var closure = PackageLinks.Closure(claims, providers, gone, recommends: false, image.Work);
        closure.ExceptWith(PackageLinks.Closure(
            claims, providers, roots.Where(r => !gone.Contains(r)), recommends: false, image.Work));
        closure.ExceptWith(leaving);
        var ranges = PackageGroup.ByLayer(image, closure.Order())
            .SelectMany(g => Ranges(image, g.Evidence(image).Bodies())).Take(MostRanges + 1).ToList();
        if (ranges.Count > MostRanges)
        {
            stays.UnionWith(gone);
            return [];
        }

        leaving.UnionWith(closure);
        return ranges;
    }

    /// <summary>A program or module that no package has is linked with one of its libraries.</summary>
    private static bool IsLinked(FindingContext image, PackageClaim claim)
    {
        image.Work.Spend(1 + claim.Nodes.Count);
        return image.Needs.Libraries is { } libraries
            ? claim.Nodes.Any(n => image.Tree.Nodes[n].Visible
                && libraries.Contains(Layers.PathText.FromName(image.Tree.NameOf(n))))
            : claim.Name.StartsWith("lib", StringComparison.Ordinal);
    }

    /// <summary>
    /// The names of those that nothing asked for needs any more, without what comes with another one of them.
    /// </summary>
    private static IEnumerable<string> Orphans(FindingContext image, List<int> left, HashSet<int> stays)
    {
        var claims = image.Packages.Claims;
        var reached = PackageLinks.Closure(claims, image.Needs.Providers, stays, recommends: false, image.Work);
        var orphans = left.Where(m => !reached.Contains(m) && !claims[m].Essential).ToHashSet();
        var needed = orphans.SelectMany(o => PackageLinks.Answer(
            image.Needs.Providers, claims[o], claims[o].Needs, image.Work).Where(n => n != o)).ToHashSet();
        return orphans.Where(o => !needed.Contains(o)).Select(o => claims[o].Name);
    }

    private static IEnumerable<StoredRange> Ranges(FindingContext image, BodySet bodies)
    {
        foreach (var (layer, ordinals) in bodies.Layers)
        {
            var entries = image.Tree.Layers[layer].Layer.Entries;
            image.Work.Spend(entries.Count);
            for (var i = 0; i < ordinals.Count; i++)
            {
                var (first, last) = (ordinals[i], ordinals[i]);
                // What has no bytes stands between them in any number.
                for (; i + 1 < ordinals.Count; last = ordinals[++i])
                {
                    var next = last + 1;
                    while (next < ordinals[i + 1] && entries.Size(next) == 0)
                        next++;
                    if (next < ordinals[i + 1])
                        break;
                }

                yield return new StoredRange(layer, first, last);
            }
        }
    }
}
